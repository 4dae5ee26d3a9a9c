#pragma once

#include <memory>

#include "cli/options.hpp"
#include "jit/code_observer.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::cli {

/// `observers` are told of all compiled code; `threads` compile it, 0: as many as there are CPUs. Throws
/// UsageError for Tier::jit where the compiler is not built in.
std::unique_ptr<Executor> make_executor(Tier tier, jit::CodeObservers observers = {}, unsigned threads = 0);

}  // namespace wasmjet::cli
