#pragma once

#include <cstdint>

#include "decoder/code_reader.hpp"
#include "decoder/opcodes.hpp"
#include "decoder/signatures.hpp"

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

/// Whether `op` takes a machine instruction or none, never traps, and depends on locals and operands alone:
/// what may be compiled twice for a jump less.
constexpr bool is_simple(Opcode op) {
  return is_simple_binary(op) || op == Opcode::local_get || op == Opcode::local_set ||
         op == Opcode::local_tee || op == Opcode::i32_const || op == Opcode::i64_const;
}

/// Passes over the next instruction if `is_wanted` says so of its opcode, and the topmost `operands` operands
/// are all it takes. Else returns false. It is a local access, or has a fixed signature with one result.
template <class IsWanted>
bool skip_instruction(CodeReader& reader, std::uint32_t& operands, const IsWanted& is_wanted) {
  CodeReader ahead = reader;
  const Opcode op = ahead.opcode();
  if (!is_wanted(op)) return false;
  const bool sets = op == Opcode::local_set;
  const std::uint32_t takes = sets || op == Opcode::local_tee ? 1 : signature(op).pops;
  if (operands < takes) return false;
  operands = operands - takes + (sets ? 0 : 1);
  ahead.skip_immediates(op);
  reader = ahead;
  return true;
}

inline bool skip_simple(CodeReader& reader, std::uint32_t& operands) {
  return skip_instruction(reader, operands, is_simple);
}

}  // namespace wasmjet::jit
