#pragma once

#include "decoder/module.hpp"
#include "decoder/opcodes.hpp"

namespace wasmjet {

/// False for the instructions that are validated but that no tier executes yet. Those of whole classes, and
/// of the others the ones that are named.
constexpr bool is_executable(Opcode op) {
  switch (op) {
    case Opcode::throw_:
    case Opcode::throw_ref:
    case Opcode::try_table:
    case Opcode::return_call:
    case Opcode::return_call_indirect:
    case Opcode::call_ref:
    case Opcode::return_call_ref:
    case Opcode::br_on_null:
    case Opcode::br_on_non_null:
    case Opcode::ref_eq:
    case Opcode::ref_as_non_null:
      return false;
    default:
      return info(op).lowering < LoweringClass::aggregate && info(op).prefix != 0xFB;
  }
}

/// Throws ModuleError{unsupported} if the module, although valid, declares what this runtime cannot
/// represent: vectors in signatures and globals, references other than to functions and host objects, 64-bit,
/// shared or several memories, 64-bit tables, structures, arrays, recursion groups.
void require_executable(const Module& module);

}  // namespace wasmjet
