#include "cli/executor.hpp"

#include "jit/jit.hpp"
#include "runtime/interpreter/interpreter.hpp"

namespace wasmjet::cli {

std::unique_ptr<Executor> make_executor(Tier tier) {
  return tier == Tier::interpreter ? interpreter::make_executor() : jit::make_executor();
}

}  // namespace wasmjet::cli
