#include "spec-tests/differential/code.hpp"

namespace wasmjet::testing {
namespace {

constexpr unsigned kCrowd = 20;  // of each class
constexpr unsigned kCrowdUses = 4;

void use_often(Bytes& code, std::uint32_t local, unsigned times) {
  const Bytes use = op::local_get(local) + op::drop;
  for (unsigned i = 0; i < times; ++i) code.insert(code.end(), use.begin(), use.end());
}

}  // namespace

Bytes plain(Opcode op) {
  const OpcodeInfo& row = info(op);
  return row.prefix == 0 ? Bytes{static_cast<std::uint8_t>(row.code)} : Bytes{row.prefix} + uleb(row.code);
}

Bytes constant(ValType type, std::uint64_t bits) {
  if (type == kI32) return op::i32_const(static_cast<std::int32_t>(bits));
  if (type == kI64) return op::i64_const(static_cast<std::int64_t>(bits));
  Bytes out = plain(type == kF32 ? Opcode::f32_const : Opcode::f64_const);
  for (unsigned i = 0; i < (type == kF32 ? 4 : 8); ++i)
    out.push_back(static_cast<std::uint8_t>(bits >> 8 * i));
  return out;
}

Bytes to_temporary(ValType type) {
  if (type == kI32) return plain(Opcode::f32_reinterpret_i32) + plain(Opcode::i32_reinterpret_f32);
  if (type == kI64) return plain(Opcode::f64_reinterpret_i64) + plain(Opcode::i64_reinterpret_f64);
  if (type == kF32) return plain(Opcode::i32_reinterpret_f32) + plain(Opcode::f32_reinterpret_i32);
  return plain(Opcode::i64_reinterpret_f64) + plain(Opcode::f64_reinterpret_i64);
}

Bytes operand(OperandKind kind, ValType type, std::uint32_t local, std::uint64_t bits) {
  if (kind == OperandKind::constant) return constant(type, bits);
  Bytes code = op::local_get(local);
  if (kind == OperandKind::temporary || kind == OperandKind::slot) code = code + to_temporary(type);
  return kind == OperandKind::slot ? code + kSpill : code;
}

void add_crowd(std::vector<ValType>& locals) {
  locals.insert(locals.end(), kCrowd, kI32);
  locals.insert(locals.end(), kCrowd, kF64);
}
Bytes use_crowd(std::uint32_t first) {
  Bytes code;
  for (std::uint32_t i = 0; i < 2 * kCrowd; ++i) use_often(code, first + i, kCrowdUses);
  return code;
}
Bytes outdo_crowd(std::uint32_t local) {
  Bytes code;
  use_often(code, local, kCrowdUses + 1);
  return code;
}

}  // namespace wasmjet::testing
