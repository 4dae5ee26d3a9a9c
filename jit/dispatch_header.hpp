#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "decoder/code_reader.hpp"
#include "decoder/opcodes.hpp"
#include "jit/lowering_rows.hpp"
#include "jit/simple_instructions.hpp"

namespace wasmjet::jit {

/// What stands between the start of a loop and a br_table, where that is short and straight: an interpreter's
/// loop fetches its next instruction there and jumps to what executes it. It may be compiled again wherever
/// the loop starts over, so that each case has an indirect jump of its own, which processors predict better
/// than one that all cases share.
struct DispatchHeader {
  static constexpr std::uint32_t kLongest = 32;  ///< of `bytes`
  static constexpr std::size_t kMostRuns = 4;
  std::uint32_t bytes = 0;     ///< so many, without the blocks
  std::uint32_t operands = 0;  ///< most there are at a time
  const std::uint8_t* begin = nullptr;
  const std::uint8_t* table = nullptr;  ///< the br_table itself
  /// Where each run of `block`s ends. They take no values, leave none, and begin where there are none.
  std::array<const std::uint8_t*, kMostRuns> behind_blocks{};
};

/// Whether `op` computes an integer from locals, memory and operands in few machine instructions.
constexpr bool is_straight(Opcode op) {
  const LoweringRow& row = kLoweringRows[static_cast<std::size_t>(op)];
  switch (row.visit) {
    case Visit::local_set:
    case Visit::local_tee:
    case Visit::i32_const:
    case Visit::i64_const:
    case Visit::integer_binary:
    case Visit::shift:
      return true;
    case Visit::convert:
      return !lives_in_float(row.operand) && !lives_in_float(row.result);
    case Visit::load:
      return !lives_in_float(row.result);
    default:
      return op == Opcode::local_get;
  }
}

/// `reader` stands where the loop's body begins.
inline std::optional<DispatchHeader> dispatch_header(CodeReader reader) {
  DispatchHeader header{.begin = reader.position()};
  std::size_t runs = 0;
  std::uint32_t operands = 0;
  const std::uint8_t* last_block_end = nullptr;
  while (header.bytes <= DispatchHeader::kLongest) {
    const std::uint8_t* at = reader.position();
    CodeReader ahead = reader;
    const Opcode op = ahead.opcode();
    if (op == Opcode::br_table) {
      header.table = at;
      return operands == 1 ? std::optional(header) : std::nullopt;
    }
    if (op == Opcode::block) {
      if (operands != 0 || ahead.block_type().form != BlockType::Form::empty) return std::nullopt;
      if (at != last_block_end && ++runs > DispatchHeader::kMostRuns) return std::nullopt;
      reader = ahead;
      last_block_end = header.behind_blocks[runs - 1] = reader.position();
      continue;
    }
    if (!skip_instruction(reader, operands, is_straight)) return std::nullopt;
    header.operands = std::max(header.operands, operands);
    header.bytes += static_cast<std::uint32_t>(reader.position() - at);
  }
  return std::nullopt;
}

}  // namespace wasmjet::jit
