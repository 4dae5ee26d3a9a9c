#include "cli/executor.hpp"

#include "runtime/interpreter/interpreter.hpp"
#ifdef WASMJET_JIT
#include "jit/jit.hpp"
#endif

namespace wasmjet::cli {

std::unique_ptr<Executor> make_executor(Tier tier, [[maybe_unused]] jit::CodeObservers observers,
                                        [[maybe_unused]] unsigned threads) {
  if (tier == Tier::interpreter) return interpreter::make_executor();
  if (tier == Tier::counting) return interpreter::make_counting_executor();
#ifdef WASMJET_JIT
  jit::JitOptions options;
  options.interpret_unsupported = tier == Tier::automatic;
  options.observers = std::move(observers);
  options.threads = threads;
  return jit::make_executor(std::move(options));
#else
  if (tier == Tier::jit) throw UsageError{"--tier jit: this build has no compiler; use auto or interp"};
  return interpreter::make_executor();
#endif
}

}  // namespace wasmjet::cli
