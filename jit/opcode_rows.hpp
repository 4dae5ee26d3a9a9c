#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "decoder/opcodes.hpp"

/// What regular opcodes mean to a macro-assembler, where that is the same on every architecture. The rows
/// that name machine instructions stand in the architectures' rows.hpp.
namespace wasmjet::jit {

/// What `make` says of each opcode, as a table: looked up where its switch would jump. The last row is of
/// what is none: looking ahead may find kNoOpcode, as bytes that are no instruction's stand behind a
/// function's end.
template <auto make>
inline constexpr auto kRows = [] {
  std::array<decltype(make(Opcode{})), kOpcodeCount + 1> rows{};
  for (std::size_t i = 0; i < kOpcodeCount; ++i) rows[i] = make(static_cast<Opcode>(i));
  return rows;
}();
template <auto make>
constexpr const auto& row_of(Opcode op) {
  return kRows<make>[std::min<std::size_t>(static_cast<std::size_t>(op), kOpcodeCount)];
}

struct DivideRow {
  bool known = false;
  bool wide = false;
  bool is_signed = false;
  bool remainder = false;
};

constexpr DivideRow divide_row(Opcode op) {
  switch (op) {
    case Opcode::i32_div_s:
      return {true, false, true, false};
    case Opcode::i32_div_u:
      return {true, false, false, false};
    case Opcode::i32_rem_s:
      return {true, false, true, true};
    case Opcode::i32_rem_u:
      return {true, false, false, true};
    case Opcode::i64_div_s:
      return {true, true, true, false};
    case Opcode::i64_div_u:
      return {true, true, false, false};
    case Opcode::i64_rem_s:
      return {true, true, true, true};
    case Opcode::i64_rem_u:
      return {true, true, false, true};
    default:
      return {};
  }
}

/// Counts, extensions and wrapping: integer to integer.
enum class IntegerUnary : std::uint8_t {
  none,
  clz,
  ctz,
  popcnt,
  sign_extend_8,
  sign_extend_16,
  sign_extend_32,
  zero_extend_32,
  wrap,
};
struct IntegerUnaryRow {
  IntegerUnary form = IntegerUnary::none;
  bool wide = false;  ///< of the result
};

constexpr IntegerUnaryRow integer_unary_row(Opcode op) {
  switch (op) {
    case Opcode::i32_clz:
      return {IntegerUnary::clz, false};
    case Opcode::i32_ctz:
      return {IntegerUnary::ctz, false};
    case Opcode::i32_popcnt:
      return {IntegerUnary::popcnt, false};
    case Opcode::i64_clz:
      return {IntegerUnary::clz, true};
    case Opcode::i64_ctz:
      return {IntegerUnary::ctz, true};
    case Opcode::i64_popcnt:
      return {IntegerUnary::popcnt, true};
    case Opcode::i32_extend8_s:
      return {IntegerUnary::sign_extend_8, false};
    case Opcode::i32_extend16_s:
      return {IntegerUnary::sign_extend_16, false};
    case Opcode::i64_extend8_s:
      return {IntegerUnary::sign_extend_8, true};
    case Opcode::i64_extend16_s:
      return {IntegerUnary::sign_extend_16, true};
    case Opcode::i64_extend32_s:
    case Opcode::i64_extend_i32_s:
      return {IntegerUnary::sign_extend_32, true};
    case Opcode::i64_extend_i32_u:
      return {IntegerUnary::zero_extend_32, true};
    case Opcode::i32_wrap_i64:
      return {IntegerUnary::wrap, false};
    default:
      return {};
  }
}

/// Conversions between integers and floats.
struct ConvertRow {
  enum class Form : std::uint8_t {
    none,
    truncate,
    truncate_saturating,
    to_float,
    between_floats,
    reinterpret
  };
  enum class Integer : std::uint8_t { s32, u32, s64, u64 };
  Form form = Form::none;
  Integer integer = Integer::s32;  ///< the integer side
  bool wide_float = false;         ///< the float side; of the result, between floats
};

constexpr ConvertRow convert_row(Opcode op) {
  using F = ConvertRow::Form;
  using I = ConvertRow::Integer;
  switch (op) {
    case Opcode::i32_trunc_f32_s:
      return {F::truncate, I::s32, false};
    case Opcode::i32_trunc_f32_u:
      return {F::truncate, I::u32, false};
    case Opcode::i32_trunc_f64_s:
      return {F::truncate, I::s32, true};
    case Opcode::i32_trunc_f64_u:
      return {F::truncate, I::u32, true};
    case Opcode::i64_trunc_f32_s:
      return {F::truncate, I::s64, false};
    case Opcode::i64_trunc_f32_u:
      return {F::truncate, I::u64, false};
    case Opcode::i64_trunc_f64_s:
      return {F::truncate, I::s64, true};
    case Opcode::i64_trunc_f64_u:
      return {F::truncate, I::u64, true};
    case Opcode::i32_trunc_sat_f32_s:
      return {F::truncate_saturating, I::s32, false};
    case Opcode::i32_trunc_sat_f32_u:
      return {F::truncate_saturating, I::u32, false};
    case Opcode::i32_trunc_sat_f64_s:
      return {F::truncate_saturating, I::s32, true};
    case Opcode::i32_trunc_sat_f64_u:
      return {F::truncate_saturating, I::u32, true};
    case Opcode::i64_trunc_sat_f32_s:
      return {F::truncate_saturating, I::s64, false};
    case Opcode::i64_trunc_sat_f32_u:
      return {F::truncate_saturating, I::u64, false};
    case Opcode::i64_trunc_sat_f64_s:
      return {F::truncate_saturating, I::s64, true};
    case Opcode::i64_trunc_sat_f64_u:
      return {F::truncate_saturating, I::u64, true};
    case Opcode::f32_convert_i32_s:
      return {F::to_float, I::s32, false};
    case Opcode::f32_convert_i32_u:
      return {F::to_float, I::u32, false};
    case Opcode::f32_convert_i64_s:
      return {F::to_float, I::s64, false};
    case Opcode::f32_convert_i64_u:
      return {F::to_float, I::u64, false};
    case Opcode::f64_convert_i32_s:
      return {F::to_float, I::s32, true};
    case Opcode::f64_convert_i32_u:
      return {F::to_float, I::u32, true};
    case Opcode::f64_convert_i64_s:
      return {F::to_float, I::s64, true};
    case Opcode::f64_convert_i64_u:
      return {F::to_float, I::u64, true};
    case Opcode::f32_demote_f64:
      return {F::between_floats, I::s32, false};
    case Opcode::f64_promote_f32:
      return {F::between_floats, I::s32, true};
    case Opcode::i32_reinterpret_f32:
    case Opcode::f32_reinterpret_i32:
      return {F::reinterpret, I::s32, false};
    case Opcode::i64_reinterpret_f64:
    case Opcode::f64_reinterpret_i64:
      return {F::reinterpret, I::s64, true};
    default:
      return {};
  }
}

/// Loads and stores: bytes in memory and how they become a value.
struct AccessRow {
  std::uint8_t bytes = 0;
  bool sign_extends = false;
  bool wide = false;  ///< of the value
  bool floating = false;
};

constexpr AccessRow access_row(Opcode op) {
  switch (op) {
    case Opcode::i32_load:
    case Opcode::i32_store:
      return {4, false, false, false};
    case Opcode::i64_load:
    case Opcode::i64_store:
      return {8, false, true, false};
    case Opcode::f32_load:
    case Opcode::f32_store:
      return {4, false, false, true};
    case Opcode::f64_load:
    case Opcode::f64_store:
      return {8, false, true, true};
    case Opcode::i32_load8_s:
      return {1, true, false, false};
    case Opcode::i32_load8_u:
    case Opcode::i32_store8:
      return {1, false, false, false};
    case Opcode::i32_load16_s:
      return {2, true, false, false};
    case Opcode::i32_load16_u:
    case Opcode::i32_store16:
      return {2, false, false, false};
    case Opcode::i64_load8_s:
      return {1, true, true, false};
    case Opcode::i64_load8_u:
    case Opcode::i64_store8:
      return {1, false, true, false};
    case Opcode::i64_load16_s:
      return {2, true, true, false};
    case Opcode::i64_load16_u:
    case Opcode::i64_store16:
      return {2, false, true, false};
    case Opcode::i64_load32_s:
      return {4, true, true, false};
    case Opcode::i64_load32_u:
    case Opcode::i64_store32:
      return {4, false, true, false};
    default:
      return {};
  }
}

}  // namespace wasmjet::jit
