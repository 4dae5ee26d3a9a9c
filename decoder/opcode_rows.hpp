#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "decoder/opcodes.hpp"
#include "decoder/signatures.hpp"

namespace wasmjet::detail {

/// What the validator's main loop does with an opcode byte.
enum class Handler : std::uint8_t {
  fixed,         ///< no immediate, fixed signature
  fixed_i32,     ///< a 32-bit constant, fixed signature
  fixed_memarg,  ///< a memory access, fixed signature
  fixed_other,   ///< another immediate, fixed signature
  local_get,
  local_set,
  local_tee,
  special,
  prefix,
  illegal,
};

/// A row of opcodes.def in the form that the main loop uses. The operand types are packed as they lie in
/// memory under the top of the stack, so that one masked compare checks them all.
struct OpcodeRow {
  std::uint32_t mask = 0;
  std::uint32_t operands = 0;
  std::uint8_t pops = 0;
  std::uint8_t pushes = 0;
  StackType result = StackType::bottom;
  Handler handler = Handler::illegal;
  Opcode opcode{};
  Immediate immediate = Immediate::none;
  std::uint8_t max_align_log2 = 0;
};
static_assert(sizeof(OpcodeRow) == 16);
static_assert(std::endian::native == std::endian::little, "the topmost operand is in the highest byte");

constexpr Handler handler_of(Opcode op) {
  if (op == Opcode::local_get) return Handler::local_get;
  if (op == Opcode::local_set) return Handler::local_set;
  if (op == Opcode::local_tee) return Handler::local_tee;
  if (signature(op).special) return Handler::special;
  switch (info(op).immediate) {
    case Immediate::none:
      return Handler::fixed;
    case Immediate::i32:
      return Handler::fixed_i32;
    case Immediate::memarg1:
    case Immediate::memarg2:
    case Immediate::memarg4:
    case Immediate::memarg8:
      return Handler::fixed_memarg;
    default:
      return Handler::fixed_other;
  }
}

constexpr OpcodeRow make_row(std::uint16_t index) {
  OpcodeRow row;
  if (index == kNoOpcode) return row;
  row.opcode = static_cast<Opcode>(index);
  row.handler = handler_of(row.opcode);
  row.immediate = info(row.opcode).immediate;
  for (unsigned bytes = access_size(row.immediate); bytes > 1; bytes /= 2) ++row.max_align_log2;
  const Signature& type = signature(row.opcode);
  row.pops = type.pops;
  row.pushes = type.pushes;
  row.result = type.push;
  for (std::uint32_t i = 0; i < type.pops; ++i) {
    const std::uint32_t shift = 8 * (4 - type.pops + i);
    row.mask |= 0xFFU << shift;
    row.operands |= static_cast<std::uint32_t>(type.pop[i]) << shift;
  }
  return row;
}

template <std::size_t N>
constexpr std::array<OpcodeRow, N> make_rows(const std::uint16_t (&opcodes)[N]) {
  std::array<OpcodeRow, N> rows{};
  for (std::size_t i = 0; i < N; ++i) rows[i] = make_row(opcodes[i]);
  return rows;
}

inline constexpr auto kFcRows = make_rows(kOpcodeByCode.fc);
inline constexpr auto kPlainRows = [] {
  auto rows = make_rows(kOpcodeByCode.plain);
  rows[0xFC].handler = Handler::prefix;
  return rows;
}();

}  // namespace wasmjet::detail
