#pragma once

#include <memory>

#include "cli/options.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::cli {

std::unique_ptr<Executor> make_executor(Tier tier);

}  // namespace wasmjet::cli
