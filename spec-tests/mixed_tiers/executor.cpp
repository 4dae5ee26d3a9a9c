#include "cli/executor.hpp"

#include <cstdlib>
#include <string_view>

#include "jit/jit.hpp"

// Takes the place of cli/executor.cpp in a second wasmjet command, for tests: whatever the tier asked for,
// the functions whose index is even (or odd) are interpreted, the others compiled. The environment's
// WASMJET_INTERPRET says which. So every test of the command can be run with mixed tiers.

namespace wasmjet::cli {

std::unique_ptr<Executor> make_executor(Tier, jit::CodeObservers observers) {
  const char* const choice = std::getenv("WASMJET_INTERPRET");
  const std::string_view which = choice == nullptr ? "" : choice;
  if (which != "even" && which != "odd") throw UsageError{"WASMJET_INTERPRET has to be even or odd"};
  jit::JitOptions options;
  options.interpret = [parity = which == "odd" ? 1U : 0U](std::uint32_t function) {
    return function % 2 == parity;
  };
  options.observers = std::move(observers);
  return jit::make_executor(std::move(options));
}

}  // namespace wasmjet::cli
