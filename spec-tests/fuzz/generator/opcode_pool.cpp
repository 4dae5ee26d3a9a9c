#include "spec-tests/fuzz/generator/opcode_pool.hpp"

#include <string_view>

#include "decoder/signatures.hpp"
#include "runtime/executable.hpp"

namespace wasmjet::fuzz {
namespace {

bool is_number(StackType type) {
  return type == StackType::i32 || type == StackType::i64 || type == StackType::f32 || type == StackType::f64;
}

bool is_float(StackType type) { return type == StackType::f32 || type == StackType::f64; }

bool has_numbers_only(const Signature& type) {
  if (type.special) return false;
  for (std::size_t i = 0; i < type.pops; ++i) {
    if (!is_number(type.pop[i])) return false;
  }
  return type.pushes == 0 || is_number(type.push);
}

OpcodePool make_pool() {
  OpcodePool pool;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto op = static_cast<Opcode>(i);
    const OpcodeInfo& row = info(op);
    if (!is_executable(op) || !has_numbers_only(signature(op))) continue;
    if (row.lowering == LoweringClass::load) pool.loads.push_back(op);
    if (row.lowering == LoweringClass::store) pool.stores.push_back(op);
    if (row.immediate == Immediate::none) pool.plain.push_back(op);
    if (row.lowering == LoweringClass::compare || row.lowering == LoweringClass::test) {
      pool.conditions.push_back(op);
    }
  }
  return pool;
}

}  // namespace

const OpcodePool& opcode_pool() {
  static const OpcodePool pool = make_pool();
  return pool;
}

std::vector<ValType> operand_types(Opcode op) {
  std::vector<ValType> types;
  types.reserve(signature(op).pops);
  for (std::size_t i = 0; i < signature(op).pops; ++i) types.push_back(to_val_type(signature(op).pop[i]));
  return types;
}

bool may_trap(Opcode op) {
  const std::string_view text = text_name(op);
  return info(op).lowering == LoweringClass::divide ||
         (info(op).lowering == LoweringClass::convert && is_float(signature(op).pop[0]) &&
          text.find(".trunc_f") != std::string_view::npos);
}

bool observes_nan(Opcode op) {
  const std::string_view text = text_name(op);
  return info(op).lowering == LoweringClass::store || text.find("copysign") != std::string_view::npos ||
         text.find("reinterpret_f") != std::string_view::npos;
}

bool makes_nan(Opcode op) {
  const Signature& type = signature(op);
  if (type.pushes == 0 || !is_float(type.push) || info(op).lowering == LoweringClass::load) return false;
  return is_float(type.pop[0]);
}

}  // namespace wasmjet::fuzz
