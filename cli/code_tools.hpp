#pragma once

#include <vector>

#include "cli/options.hpp"
#include "jit/code_observer.hpp"

namespace wasmjet::cli {

/// `--perf` and `--gdb`: who is told of compiled code.
struct CodeTools {
  jit::CodeObservers observers;
  std::vector<int> outputs;  ///< descriptors that they write to while the guest runs; theirs

  /// Opens what the options ask for. Throws CommandError; UsageError where the compiler is not built in.
  static CodeTools open(const RunOptions& options);
};

}  // namespace wasmjet::cli
