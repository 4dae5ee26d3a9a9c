#pragma once

#include <cstdint>

#include "decoder/code_reader.hpp"
#include "decoder/opcodes.hpp"

namespace wasmjet::jit {

constexpr bool is_simple_binary(Opcode op) {
  switch (op) {
    case Opcode::i32_add:
    case Opcode::i32_sub:
    case Opcode::i32_and:
    case Opcode::i32_or:
    case Opcode::i32_xor:
    case Opcode::i64_add:
    case Opcode::i64_sub:
    case Opcode::i64_and:
    case Opcode::i64_or:
    case Opcode::i64_xor:
      return true;
    default:
      return false;
  }
}

/// Passes over the next instruction if it is one that takes a machine instruction or none, never traps, and
/// depends on locals and the topmost `operands` operands alone: what may be compiled twice for a jump less.
/// Else returns false.
inline bool skip_simple(CodeReader& reader, std::uint32_t& operands) {
  CodeReader ahead = reader;
  const Opcode op = ahead.opcode();
  std::uint32_t takes = 0, leaves = 1;
  if (is_simple_binary(op)) {
    takes = 2;
  } else if (op == Opcode::local_set) {
    takes = 1;
    leaves = 0;
  } else if (op == Opcode::local_tee) {
    takes = 1;
  } else if (op != Opcode::local_get && op != Opcode::i32_const && op != Opcode::i64_const) {
    return false;
  }
  if (operands < takes) return false;
  operands = operands - takes + leaves;
  ahead.skip_immediates(op);
  reader = ahead;
  return true;
}

}  // namespace wasmjet::jit
