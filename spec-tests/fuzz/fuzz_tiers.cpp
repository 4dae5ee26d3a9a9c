/// Fuzz target: interpreter against compiler. The bytes become a valid module, which every tier must run
/// alike: the interpreter, the compiler as it is used, the compiler with explicit bounds, assertions and code
/// for the baseline CPU, and both tiers by turns. Bytes that are a module themselves are compiled by all, not
/// run.
///
/// With WASMJET_FUZZ_MODULE in the environment the module is written to that file.

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <fstream>
#include <span>

#include "decoder/decoder.hpp"
#include "jit/jit.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/interpreter/interpreter.hpp"
#include "spec-tests/fuzz/fuzz_target.hpp"
#include "spec-tests/fuzz/generator/generator.hpp"
#include "spec-tests/fuzz/memory_meter.hpp"
#include "spec-tests/fuzz/tier_run.hpp"

namespace wasmjet::fuzz {
namespace {

struct Tiers {
  Engine interpreter{interpreter::make_executor()};
  Engine counting{interpreter::make_counting_executor()};
  Engine compiler{jit::make_executor({.assert_invariants = false})};
  Engine baseline{jit::make_executor({.assert_invariants = true, .baseline_cpu = true})};
  Engine mixed{jit::make_executor({.interpret = [](std::uint32_t function) { return function % 2 == 0; }})};
  const Tier all[5] = {{"interpreter", interpreter},
                       {"interpreter that counts", counting},
                       {"compiler", compiler},
                       {"compiler, baseline CPU, explicit bounds", baseline, true},
                       {"every second function interpreted", mixed}};
};

void compile(const std::vector<std::uint8_t>& bytes) {
  Tiers tiers;
  for (const Tier& tier : tiers.all) {
    try {
      const auto module = CompiledModule::decode(tier.engine, bytes);
      const MemoryBounds bounds = tier.explicit_bounds ? MemoryBounds::explicit_ : MemoryBounds::guarded;
      module->code({.memories = std::vector(module->module().memories.size(), bounds)});
    } catch (const ModuleError&) {
      continue;  // refused, which is as good
    }
  }
}

void compare(const std::vector<std::uint8_t>& module) {
  Tiers tiers;
  const Transcript expected = run_module(tiers.all[0], module);
  for (const Tier& tier : std::span(tiers.all).subspan(1)) {
    const Transcript actual = run_module(tier, module);
    if (actual.size() != expected.size()) {
      fail("%s: %zu lines\ninterpreter: %zu", tier.name, actual.size(), expected.size());
    }
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (actual[i] == expected[i]) continue;
      fail("%s:\n  %s\ninterpreter:\n  %s", tier.name, actual[i].c_str(), expected[i].c_str());
    }
  }
}

void write_module(const std::vector<std::uint8_t>& module) {
  const char* const path = std::getenv("WASMJET_FUZZ_MODULE");
  if (path == nullptr) return;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(module.data()), static_cast<std::streamsize>(module.size()));
}

}  // namespace
}  // namespace wasmjet::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wasmjet::fuzz;
  spdlog::set_level(spdlog::level::off);  // that bounds are explicit is no news
  const bool is_module = size >= 4 && data[0] == 0 && data[1] == 'a' && data[2] == 's' && data[3] == 'm';
  if (is_module) {
    compile({data, data + size});
    return 0;
  }
  const std::vector<std::uint8_t> module = generate_module({data, size});
  write_module(module);
  compare(module);
  return 0;
}
