#pragma once

/// Pieces of code that put values where a test wants them.

#include <cstdint>
#include <vector>

#include "decoder/opcodes.hpp"
#include "decoder/types.hpp"
#include "spec-tests/module_builder.hpp"

namespace wasmjet::testing {

/// An instruction without immediates.
Bytes plain(Opcode op);
/// A constant of a number type.
Bytes constant(ValType type, std::uint64_t bits);
/// Moves the value on top of the stack to the other register class and back: it is in a register then, and in
/// no local's.
Bytes to_temporary(ValType type);
/// Entering a block spills what is on the operand stack.
inline const Bytes kSpill = op::block + op::end;

enum class OperandKind : std::uint8_t {
  constant,
  home,       ///< a local that owns a register
  frame,      ///< a local that does not
  temporary,  ///< in a register of the operand stack
  slot,       ///< spilled from the operand stack
};
inline constexpr OperandKind kOperandKinds[] = {OperandKind::constant, OperandKind::home, OperandKind::frame,
                                                OperandKind::temporary, OperandKind::slot};

/// Pushes an operand of that kind: constant `bits`, or from a local of type `type`.
Bytes operand(OperandKind kind, ValType type, std::uint32_t local, std::uint64_t bits);

/// Declares more locals of both register classes than own registers on any architecture.
void add_crowd(std::vector<ValType>& locals);
/// Names these, from local `first` on, so often in code that never runs that they get the registers; and
/// `favoured` ones still more often.
Bytes use_crowd(std::uint32_t first, const std::vector<std::uint32_t>& favoured);

}  // namespace wasmjet::testing
