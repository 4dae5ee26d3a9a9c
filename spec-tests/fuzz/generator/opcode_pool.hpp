#pragma once

#include <vector>

#include "decoder/opcodes.hpp"
#include "decoder/types.hpp"

namespace wasmjet::fuzz {

/// The instructions that the generator makes from their table rows alone, by what they need. New rows come by
/// themselves as soon as a tier executes them.
struct OpcodePool {
  std::vector<Opcode> plain;       ///< numbers to numbers, no immediate
  std::vector<Opcode> conditions;  ///< those of `plain` that compare
  std::vector<Opcode> loads;
  std::vector<Opcode> stores;
};

const OpcodePool& opcode_pool();

/// Of an instruction of fixed signature.
std::vector<ValType> operand_types(Opcode op);
/// Traps for some operands: a division or a conversion that does not saturate.
bool may_trap(Opcode op);
/// Tells which NaN its last operand is.
bool observes_nan(Opcode op);
/// The result may be a NaN whose bits the spec leaves open (spec 4.3.3, "NaN propagation").
bool makes_nan(Opcode op);

}  // namespace wasmjet::fuzz
