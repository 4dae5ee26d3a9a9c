#pragma once

#include <memory>

#include "runtime/executor.hpp"

namespace wasmjet::jit {

/// The single-pass compiler for the host's architecture. Throws std::runtime_error where the CPU lacks
/// the baseline (x86-64-v2).
std::unique_ptr<Executor> make_executor();

}  // namespace wasmjet::jit
