#include "cli/executor.hpp"

#include <cstdlib>
#include <string_view>

#include "jit/jit.hpp"
#include "runtime/interpreter/interpreter.hpp"

// Takes the place of cli/executor.cpp in a second wasmjet command, for tests: whatever the tier asked for,
// the functions whose index is even (or odd) are interpreted, the others compiled; or all are interpreted and
// counted. The environment's WASMJET_INTERPRET says which. So every test of the command can be run so.

namespace wasmjet::cli {

std::unique_ptr<Executor> make_executor(Tier, jit::CodeObservers observers, unsigned threads) {
  const char* const choice = std::getenv("WASMJET_INTERPRET");
  const std::string_view which = choice == nullptr ? "" : choice;
  if (which == "counting") return interpreter::make_counting_executor();
  if (which != "even" && which != "odd")
    throw UsageError{"WASMJET_INTERPRET has to be even, odd or counting"};
  jit::JitOptions options;
  options.interpret = [parity = which == "odd" ? 1U : 0U](std::uint32_t function) {
    return function % 2 == parity;
  };
  options.observers = std::move(observers);
  options.threads = threads;
  return jit::make_executor(std::move(options));
}

}  // namespace wasmjet::cli
