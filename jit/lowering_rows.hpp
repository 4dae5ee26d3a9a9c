#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "decoder/opcodes.hpp"
#include "decoder/signatures.hpp"
#include "jit/registers.hpp"

/// What FunctionCompiler does with an opcode: derived from the table of opcodes.
namespace wasmjet::jit {

constexpr ValKind value_kind(StackType type) {
  return is_ref(type) ? ValKind::ref : static_cast<ValKind>(static_cast<std::uint8_t>(type) - 1);
}

/// What instruction() tells apart: LoweringClass, finer where instructions are frequent.
enum class Visit : std::uint8_t {
  unsupported,
  prefixed,
  local_set,
  local_tee,
  global_get,
  global_set,
  i32_const,
  i64_const,
  f32_const,
  f64_const,
  integer_binary,
  float_binary,
  integer_unary,
  float_unary,
  integer_compare,
  float_compare,
  test,
  shift,
  divide,
  convert,
  load,
  store,
  drop,
  select,
  select_t,
  ref_null,
  ref_func,
  ref_is_null,
  runtime,
  control,
};

constexpr Visit visit_of(Opcode op, bool floating) {
  switch (info(op).lowering) {
    case LoweringClass::control:
      return Visit::control;
    case LoweringClass::variable:
      return op == Opcode::local_set    ? Visit::local_set
             : op == Opcode::local_tee  ? Visit::local_tee
             : op == Opcode::global_get ? Visit::global_get
             : op == Opcode::global_set ? Visit::global_set
                                        : Visit::unsupported;
    case LoweringClass::constant:
      return op == Opcode::i32_const   ? Visit::i32_const
             : op == Opcode::i64_const ? Visit::i64_const
             : op == Opcode::f32_const ? Visit::f32_const
                                       : Visit::f64_const;
    case LoweringClass::parametric:
      return op == Opcode::drop ? Visit::drop : op == Opcode::select ? Visit::select : Visit::select_t;
    case LoweringClass::reference:
      return op == Opcode::ref_null      ? Visit::ref_null
             : op == Opcode::ref_func    ? Visit::ref_func
             : op == Opcode::ref_is_null ? Visit::ref_is_null
                                         : Visit::unsupported;
    case LoweringClass::binary:
      return floating ? Visit::float_binary : Visit::integer_binary;
    case LoweringClass::unary:
      return floating ? Visit::float_unary : Visit::integer_unary;
    case LoweringClass::compare:
      return op >= Opcode::f32_eq ? Visit::float_compare : Visit::integer_compare;
    case LoweringClass::test:
      return Visit::test;
    case LoweringClass::shift:
      return Visit::shift;
    case LoweringClass::divide:
      return Visit::divide;
    case LoweringClass::convert:
      return Visit::convert;
    case LoweringClass::load:
      return Visit::load;
    case LoweringClass::store:
      return Visit::store;
    case LoweringClass::memory:
    case LoweringClass::table:
      return Visit::runtime;
    default:
      return Visit::unsupported;
  }
}

/// What instruction() wants to know of an opcode, in one word.
struct alignas(8) LoweringRow {
  Visit visit{};
  ValKind operand{};  ///< the first
  ValKind second{};
  ValKind result{};
  std::uint8_t access_bytes = 0;
  std::uint16_t opcode = 0;
};
inline constexpr auto kLoweringRows = [] {
  std::array<LoweringRow, kOpcodeCount> rows{};
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const Signature& types = kSignatures[i];
    rows[i] = {visit_of(static_cast<Opcode>(i), lives_in_float(value_kind(types.push))),
               value_kind(types.pop[0]),
               value_kind(types.pop[1]),
               value_kind(types.push),
               static_cast<std::uint8_t>(access_size(kOpcodeInfo[i].immediate)),
               static_cast<std::uint16_t>(i)};
  }
  return rows;
}();
/// Those of a single byte, by that byte: one look-up instead of two stands before the jump.
inline constexpr auto kLoweringRowsByCode = [] {
  std::array<LoweringRow, 256> rows{};
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    if (kOpcodeInfo[i].prefix == 0) rows[kOpcodeInfo[i].code] = kLoweringRows[i];
  }
  for (std::size_t byte = 0; byte < rows.size(); ++byte) {
    if (detail::OpcodeByCode::is_prefix(static_cast<std::uint8_t>(byte))) rows[byte].visit = Visit::prefixed;
  }
  return rows;
}();

}  // namespace wasmjet::jit
