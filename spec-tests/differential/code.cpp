#include "spec-tests/differential/code.hpp"

namespace wasmjet::testing {
namespace {

constexpr unsigned kCrowd = 16;  // of each class

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
Bytes use_crowd(std::uint32_t first, const std::vector<std::uint32_t>& favoured) {
  Bytes code = op::block + op::i32_const(1) + op::br_if(0) + op::loop;  // uses in a loop weigh more
  const auto use = [&](std::uint32_t local) {
    const Bytes get = op::local_get(local) + op::drop;
    code.insert(code.end(), get.begin(), get.end());
  };
  for (std::uint32_t i = 0; i < 2 * kCrowd; ++i) use(first + i);
  for (const std::uint32_t local : favoured) {
    use(local);
    use(local);
  }
  return code + op::end + op::end;
}

}  // namespace wasmjet::testing
