#pragma once

#include <string>

namespace wasmjet::cli {

/// Ends the command with this exit code, after printing the message (one line, no "wasmjet: ").
struct CommandError {
  int exit_code;
  std::string message;
};

/// To be called while an exception is being handled that was thrown while the module at `path` was read,
/// decoded, compiled, linked or instantiated: throws the CommandError that says so. What is not the
/// module's fault is thrown on as it is.
[[noreturn]] void throw_module_failure(const std::string& path);

}  // namespace wasmjet::cli
