#pragma once

#include <stdexcept>
#include <vector>

#include "decoder/fast_stack.hpp"
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

/// Thrown when a function that was to do without a frame needs one; it is compiled again.
struct NeedsFrame : std::runtime_error {
  NeedsFrame() : std::runtime_error("a frame is needed") {}
};

/// A direct call whose callee's place is known only when the whole module is compiled.
struct CallFixup {
  std::uint32_t code_offset;  ///< of the displacement (x86-64), of the instruction (AArch64)
  std::uint32_t function;
};

/// A jump table. Its entries, 8 bytes each, are offsets from where the emitted code begins until that has
/// come to its place; then addresses.
struct AddressTable {
  std::uint32_t code_offset;
  std::uint32_t entries;
};

/// What compiling appends besides machine code; shared by the functions that are emitted one behind the
/// other.
struct Emission {
  FastStack<CodeRow> rows;
  std::vector<CallFixup> calls;
  std::vector<AddressTable> tables;
};

}  // namespace wasmjet::jit
