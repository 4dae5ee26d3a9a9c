#pragma once

#include <span>

#include "cli/options.hpp"
#include "cli/sandbox/landlock.hpp"
#include "cli/sandbox/needs.hpp"

namespace wasmjet::cli::sandbox {

/// `--sandbox`: takes from the process, before any code of a guest runs, what the guest's imports do not
/// need. It is the second wall: WASI's own checks are the first, and this one holds if those, the compiler or
/// the runtime are broken. For good, so there is one for a process.
///
/// restrict_files() comes first, then threads that the run needs (they inherit it), then
/// restrict_system_calls(), which covers all threads and forbids more. Both throw CommandError where
/// SandboxMode::strict cannot be had; SandboxMode::automatic logs what is missing and goes on.
class Sandbox {
 public:
  Sandbox(SandboxMode mode, Needs needs) : mode_(mode), needs_(std::move(needs)) {}

  void restrict_files(std::span<const OpenDirectory> directories) const;
  void restrict_system_calls() const;

 private:
  SandboxMode mode_;
  Needs needs_;
};

}  // namespace wasmjet::cli::sandbox
