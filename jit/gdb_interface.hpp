#pragma once

#include <memory>

#include "jit/code_observer.hpp"

namespace wasmjet::jit {

/// Registers code with the debugger that this process runs in, by gdb's JIT interface: functions, lines, and
/// how to unwind. Without a debugger that costs making the description, and memory for it.
std::shared_ptr<CodeObserver> make_gdb_interface();

}  // namespace wasmjet::jit
