#pragma once

#include <cstdint>
#include <span>

#include "jit/jit.hpp"

namespace wasmjet::jit {

/// What .debug_frame says of one architecture's code (DWARF 5, section 6.4): call frame instructions. Only
/// what unwinding needs: functions keep registers of the host's at places of their own, but the host's
/// callers get them back from the entry's frame.
struct UnwindRules {
  std::uint8_t code_step = 1;     ///< size of the smallest instruction
  std::uint8_t linked_bytes = 0;  ///< size of the instructions that link a frame
  std::uint8_t return_column = 0;
  std::span<const std::uint8_t> initial;  ///< at a piece's first instruction
  std::span<const std::uint8_t> linked;   ///< of functions and stubs, where they link a frame
  std::span<const std::uint8_t> entry;    ///< of an entry, behind those of `linked`
};

UnwindRules unwind_rules(Target target);

}  // namespace wasmjet::jit
