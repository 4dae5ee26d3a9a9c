#pragma once

#include <stdexcept>
#include <vector>

#include "runtime/code_registry.hpp"

namespace wasmjet::jit {

/// Thrown when the code region is full; the module compiler starts again with a larger one.
struct RegionFull : std::runtime_error {
  RegionFull() : std::runtime_error("code region full") {}
};

/// A direct call whose callee's place is known only when the whole module is compiled.
struct CallFixup {
  std::uint32_t code_offset;  ///< of the instruction's displacement
  std::uint32_t function;
};

/// What compiling appends besides machine code; shared by all functions of a module.
struct Emission {
  std::vector<CodeRow> rows;
  std::vector<CallFixup> calls;
};

}  // namespace wasmjet::jit
