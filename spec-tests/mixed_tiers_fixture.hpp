#pragma once

/// For tests of calls across tiers: a scene is played once for every way to divide its functions among the
/// compiler and the interpreter, and has to show the same each time.

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/text/assemble.hpp"
#include "jit/jit.hpp"
#include "runtime/linker.hpp"
#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {

/// A store whose engine interprets the functions with the indices in the set `interpreted` (bit i: function i
/// of each module) and compiles the others. Host functions belong to module "env".
struct MixedRuntime {
  explicit MixedRuntime(std::uint64_t interpreted, StoreLimits limits = {})
      : engine(jit::make_executor(options(interpreted))), store(engine, limits), linker(store) {}

  static jit::JitOptions options(std::uint64_t interpreted) {
    jit::JitOptions options;
    options.interpret = [interpreted](std::uint32_t function) { return (interpreted >> function & 1) != 0; };
    return options;
  }
  Instantiated try_instantiate(std::string_view text, const std::string& name = "test") {
    return linker.instantiate(CompiledModule::decode(engine, text::assemble(text), name), name);
  }
  /// The exports serve the imports of later modules under `name`.
  Instance& instantiate(std::string_view text, const std::string& name = "test") {
    const Instantiated result = try_instantiate(text, name);
    if (result.trap) ADD_FAILURE() << result.trap->message;
    linker.define_instance(name, *result.instance);
    return *result.instance;
  }
  void host(std::string_view name, FuncType type, HostCallback callback) {
    linker.define_function("env", name, std::move(type), std::move(callback));
  }

  Engine engine;
  Store store;
  Linker linker;
};

/// "unreachable <- test.inner+27 <- test.outer+35": the trap and where it happened.
inline std::string describe(const Trap& trap) {
  std::string text = trap.message;
  for (const TraceFrame& frame : trap.frames) {
    text += " <- " + frame.module + "." + frame.name + "+" + std::to_string(frame.offset);
  }
  return text;
}

/// The results' 64 bits (32 for i32 and f32) in hexadecimal, or the trap.
inline std::string describe(const Func& function, const Outcome& outcome) {
  if (outcome.trap) return describe(*outcome.trap);
  std::string text;
  for (std::size_t i = 0; i < outcome.values.size(); ++i) {
    const ValKind kind = function.type().results[i].kind();
    const bool narrow = kind == ValKind::i32 || kind == ValKind::f32;
    char digits[32];
    std::snprintf(digits, sizeof digits, "%s%llx", i == 0 ? "" : " ",
                  static_cast<unsigned long long>(narrow ? outcome.values[i].u32 : outcome.values[i].u64));
    text += digits;
  }
  return text;
}

inline std::string describe_call(const Instance& instance, std::string_view name,
                                 const std::vector<Value>& args = {}) {
  const Func function = instance.find_function(name);
  return describe(function, function.call(args));
}

/// Plays the scene with every division of functions 0 to `functions` - 1 among the tiers. It has to show the
/// same each time; that is returned.
inline std::string same_in_every_mix(unsigned functions,
                                     const std::function<std::string(MixedRuntime&)>& scene) {
  std::string first;
  for (std::uint64_t interpreted = 0; interpreted >> functions == 0; ++interpreted) {
    MixedRuntime runtime(interpreted);
    const std::string shown = scene(runtime);
    if (interpreted == 0) {
      first = shown;
    } else {
      EXPECT_EQ(shown, first) << "with the set " << interpreted << " of functions interpreted";
    }
  }
  return first;
}

}  // namespace wasmjet::testing
