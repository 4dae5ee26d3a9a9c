#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cli/profile/profile.hpp"
#include "decoder/module.hpp"

namespace wasmjet::cli::profile {

/// A loop as it stands in a function's body.
struct LoopShape {
  std::uint32_t begin = 0;       ///< offset of `loop` in the module
  std::uint32_t end = 0;         ///< one past its `end`
  std::uint32_t parent = kNone;  ///< the loop around it
  std::uint32_t depth = 1;
};

/// A function's loops, and in which of them some of its instructions are.
struct LoopNest {
  std::vector<LoopShape> loops;            ///< in the order of their beginnings
  std::vector<std::uint32_t> innermost{};  ///< of each offset asked for, or kNone
};

/// Looks for the loops of a validated function. `offsets` are places in the module, in ascending order.
LoopNest find_loops(const Module& module, std::uint32_t function, std::span<const std::uint32_t> offsets);

}  // namespace wasmjet::cli::profile
