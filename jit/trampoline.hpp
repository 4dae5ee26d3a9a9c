#pragma once

#include <cstdint>
#include <vector>

#include "runtime/code_registry.hpp"

namespace wasmjet::jit {

/// Position-independent machine code of one transition between host and Wasm.
struct Trampoline {
  std::vector<std::uint8_t> code;
  std::vector<CodeRow> rows;
};

}  // namespace wasmjet::jit
