#pragma once

#include <cstdint>
#include <vector>

#include "runtime/code_registry.hpp"

namespace wasmjet::jit {

/// Position-independent machine code of one transition between host and Wasm.
struct Trampoline {
  std::vector<std::uint8_t> code;
  std::vector<CodeRow> rows;
  std::uint32_t frame_begin = 0;  ///< so many bytes run before it links a frame
};

}  // namespace wasmjet::jit
