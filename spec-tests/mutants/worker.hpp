#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace wasmjet::mutants {

/// How the command ended for one mutant.
enum class Verdict : std::uint8_t {
  refused,    ///< exit code 126, malformed or invalid, with one line of reason and offset
  unlinked,   ///< exit code 126, valid, but cannot be linked or instantiated
  ran,        ///< any exit code of the guest's
  trapped,    ///< exit code 134
  timed_out,  ///< exit code 124
  wrong,      ///< anything else: a failure of wasmjet
};

struct Judgement {
  Verdict verdict = Verdict::wrong;
  std::string message;  ///< for `wrong`
};

/// Runs `module` as `wasmjet --timeout ... --max-memory ... FILE` does, in this process.
Judgement run_module(const std::vector<std::uint8_t>& module, std::chrono::milliseconds timeout);

/// Prepares a process for run_module(): no output, and a limit on memory where that can be set.
void confine_process();

}  // namespace wasmjet::mutants
