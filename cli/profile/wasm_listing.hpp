#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decoder/module.hpp"

namespace wasmjet::cli::profile {

/// An instruction of a function's body.
struct WasmLine {
  std::uint32_t offset = 0;  ///< in the module
  std::uint32_t depth = 0;   ///< blocks around it
  std::uint32_t loops = 0;   ///< loops among them, itself included
  std::string text;
};

/// A validated function's instructions.
std::vector<WasmLine> list_wasm(const Module& module, std::uint32_t function);

}  // namespace wasmjet::cli::profile
