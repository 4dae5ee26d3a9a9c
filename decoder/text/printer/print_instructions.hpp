#pragma once

#include <cstdint>
#include <vector>

#include "decoder/code_reader.hpp"
#include "decoder/text/printer/identifiers.hpp"

namespace wasmjet::text {

/// Prints validated instructions (spec 6.5), one at a time. The only walk over immediates that makes text:
/// disassembly uses it as well.
class InstructionPrinter {
 public:
  InstructionPrinter(TextOutput& out, const Identifiers& ids) : out_(out), ids_(ids) {}

  /// The instruction at `reader` without a line's end: its name and its immediates.
  Opcode put_instruction(CodeReader& reader);
  /// Behind put_instruction() of the same opcode within a function: keeps account of the open blocks, to
  /// which labels refer, and adds the comment that numbers the new one.
  void enter_or_leave_block(Opcode op);
  std::size_t depth() const { return open_blocks_.size(); }
  /// An expression up to and without its last `end`: "(i32.const 1)" if it is one instruction, else all of
  /// them between `open` and `close`.
  void put_expression(CodeReader& reader, std::string_view open, std::string_view close);

 private:
  using Space = IdentifierSpace Identifiers::*;

  void put_immediates(Opcode op, CodeReader& reader);
  void put(Space space, std::uint32_t index);
  /// Left out if it is 0.
  void put_unless_zero(Space space, std::uint32_t index);
  void put_label(std::uint32_t label);
  void put_block_type(CodeReader& reader);
  void put_branch_table(CodeReader& reader);
  void put_indirect_call(CodeReader& reader);
  void put_reference_type(Opcode op, CodeReader& reader);
  void put_select_types(CodeReader& reader);
  void put_segment_and(Space segments, Space space, CodeReader& reader);
  void put_copy(Space space, CodeReader& reader);
  void put_memory_argument(Immediate kind, CodeReader& reader);
  void put_field(CodeReader& reader);
  void put_type_and(Space space, CodeReader& reader);
  void put_cast_branch(CodeReader& reader);
  void put_try_table(CodeReader& reader);
  void put_vector(CodeReader& reader);
  void put_lanes(CodeReader& reader);
  void put_access_or_vector(Immediate kind, CodeReader& reader);

  TextOutput& out_;
  const Identifiers& ids_;
  std::uint32_t blocks_ = 0;                ///< seen so far: the name section numbers labels so
  std::vector<std::uint32_t> open_blocks_;  ///< numbers of the blocks that are open
};

}  // namespace wasmjet::text
