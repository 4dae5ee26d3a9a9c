#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/engine.hpp"

namespace wasmjet::fuzz {

/// All that can be seen of a module's run, a line each: results and traps of every call, with their
/// backtraces, then globals, tables, memory and what host functions were given. NaNs are told by class.
using Transcript = std::vector<std::string>;

/// How one implementation runs modules.
struct Tier {
  const char* name;
  Engine& engine;
  bool explicit_bounds = false;  ///< no reservation that makes bounds checks needless
};

/// Instantiates a generated module (generator.hpp) and calls each of its exports twice, with arguments that
/// are the same for every tier.
Transcript run_module(const Tier& tier, const std::vector<std::uint8_t>& module);

}  // namespace wasmjet::fuzz
