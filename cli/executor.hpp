#pragma once

#include <memory>

#include "cli/options.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::cli {

/// Throws UsageError for Tier::jit where the compiler is not built in.
std::unique_ptr<Executor> make_executor(Tier tier);

}  // namespace wasmjet::cli
