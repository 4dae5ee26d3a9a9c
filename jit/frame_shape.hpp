#pragma once

#include <cstdint>

#include "jit/registers.hpp"

namespace wasmjet::jit {

/// What a function's prologue and epilogue have to do. Offsets count from the frame pointer.
struct FrameShape {
  bool linked = true;              ///< false: there is no frame, only the return address
  bool saves_context = false;      ///< [fp - 8] holds the context
  bool keeps_result_area = false;  ///< [fp - 16] holds the result area's address
  bool checks_stack = false;
  bool large = false;     ///< the check must count the frame's own size
  bool is_short = false;  ///< short jumps reach what stands behind the function, so it is hoped
  RegSet callee_saved;    ///< stored from `saved_offset` downwards
  std::int32_t saved_offset = 0;
  std::uint32_t stack_argument_bytes = 0;  ///< popped on return
  /// Bound of the frame's size below the frame pointer; what is really needed is known at the end.
  std::uint64_t most_bytes = 0;
};

}  // namespace wasmjet::jit
