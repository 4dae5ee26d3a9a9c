#pragma once

#include "jit/unwind_rules.hpp"

namespace wasmjet::jit::a64 {

/// Of the frames that this architecture's macro-assembler and trampolines make.
UnwindRules unwind_rules();

}  // namespace wasmjet::jit::a64
