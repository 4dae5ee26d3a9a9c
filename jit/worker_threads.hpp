#pragma once

#include <functional>

namespace wasmjet::jit {

/// CPUs that the process may use, at least 1.
unsigned cpu_count();

/// Runs `work` on this thread and on `helpers` others, which take no signals; returns when all have ended. Where
/// the system refuses threads there are fewer. `work` throws nothing.
void run_on_threads(unsigned helpers, const std::function<void()>& work);

}  // namespace wasmjet::jit
