#include "spec-tests/differential/tiers.hpp"

#include <stdexcept>

#include "runtime/interpreter/interpreter.hpp"
#ifdef WASMJET_JIT
#include "jit/jit.hpp"
#endif

namespace wasmjet::testing {

const std::vector<Tier>& tiers() {
  static const std::vector<Tier> all = {
      {"interpreter", [] { return interpreter::make_executor(); }},
#ifdef WASMJET_JIT
      {"compiler", [] { return jit::make_executor(); }},
      {"compiler for the baseline", [] { return jit::make_executor({.baseline_cpu = true}); }},
#endif
  };
  return all;
}

TierInstance::TierInstance(const Tier& t, const Bytes& module, StoreLimits limits)
    : tier(t.name), engine(t.make_executor()), store(engine, limits), linker(store) {
  const Instantiated result = linker.instantiate(CompiledModule::decode(engine, module, "test"), "test");
  if (result.trap) throw std::runtime_error("instantiation trapped: " + result.trap->message);
  instance = result.instance;
}

}  // namespace wasmjet::testing
