#include "cli/sandbox/sandbox.hpp"

#include <spdlog/spdlog.h>

#include <system_error>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/sandbox/filter.hpp"

namespace wasmjet::cli::sandbox {
namespace {

// Sanitizers start threads and read /proc when the process ends or an error is found.
#ifdef WASMJET_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

void missing(SandboxMode mode, const std::string& what) {
  if (mode == SandboxMode::strict) throw CommandError{kExitFailure, "--sandbox strict: " + what};
  spdlog::info("sandbox: {}", what);
}

std::string text_of(int error) { return std::generic_category().message(error); }

}  // namespace

void Sandbox::restrict_files(std::span<const OpenDirectory> directories) const {
  if (mode_ == SandboxMode::off) return;
  if (kSanitized) return missing(mode_, "not available in a build with sanitizers");
  const FileRestriction done = sandbox::restrict_files(needs_.file_access(), directories);
  if (done.abi == 0) return missing(mode_, "files are not restricted: the kernel has no Landlock");
  if (done.error != 0) {
    return missing(
        mode_, "files are not restricted: Landlock " + std::to_string(done.abi) + ": " + text_of(done.error));
  }
  if (!done.complete()) {
    missing(mode_, "truncation is not restricted: Landlock " + std::to_string(done.abi) + " is too old");
  }
  // A directory that no import can look a path up in is not let through either.
  spdlog::info(
      "sandbox: files are out of reach but as far as the imports need, below the directories given: {} "
      "(Landlock {})",
      directories.size(), done.abi);
}

void Sandbox::restrict_system_calls() const {
  if (mode_ == SandboxMode::off || kSanitized) return;
  const std::vector<sock_filter> filter = make_filter(needs_.system_calls());
  if (const int error = install_filter(filter); error != 0) {
    return missing(mode_, "system calls are not restricted: seccomp: " + text_of(error));
  }
  spdlog::info("sandbox: system calls are restricted (seccomp, {} instructions)", filter.size());
}

}  // namespace wasmjet::cli::sandbox
