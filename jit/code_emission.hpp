#pragma once

#include <stdexcept>
#include <vector>

#include "runtime/code_registry.hpp"

namespace wasmjet::jit {

/// Thrown when the code region is full; the module compiler starts again with a larger one.
struct RegionFull : std::runtime_error {
  RegionFull() : std::runtime_error("code region full") {}
};

/// Thrown when a jump of the function being compiled cannot encode its distance; see
/// MacroAssembler::reach_further() where there are such jumps.
struct OutOfReach : std::runtime_error {
  OutOfReach() : std::runtime_error("jump out of reach") {}
};

/// A direct call whose callee's place is known only when the whole module is compiled.
struct CallFixup {
  std::uint32_t code_offset;  ///< of the displacement (x86-64), of the instruction (AArch64)
  std::uint32_t function;
};

/// What compiling appends besides machine code; shared by all functions of a module.
struct Emission {
  std::vector<CodeRow> rows;
  std::vector<CallFixup> calls;
};

}  // namespace wasmjet::jit
