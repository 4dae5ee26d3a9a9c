#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/interpreter/interpreter.hpp"
#include "runtime/linker.hpp"
#include "spec-tests/module_builder.hpp"
#ifdef WASMJET_JIT
#include "jit/jit.hpp"
#endif

namespace wasmjet::testing {

/// How long after the start of a call that does not end by itself it is ended: it must have begun by then.
#ifdef WASMJET_EMULATED
inline constexpr std::chrono::milliseconds kTimeout{500};
#else
inline constexpr std::chrono::milliseconds kTimeout{30};
#endif

inline Value i32(std::int32_t number) {
  Value value{};
  value.i32 = number;
  return value;
}

/// Of the tier that the environment's WASMJET_TIER names: interp; counting, the interpreter that counts; even
/// or odd, where the functions with such indices are interpreted and the others compiled; else the compiler.
inline std::unique_ptr<Executor> make_executor() {
  const char* const variable = std::getenv("WASMJET_TIER");
  const std::string_view tier = variable == nullptr ? "" : variable;
  if (tier == "interp") return interpreter::make_executor();
  if (tier == "counting") return interpreter::make_counting_executor();
#ifdef WASMJET_JIT
  jit::JitOptions options;
  if (tier == "even") options.interpret = [](std::uint32_t function) { return function % 2 == 0; };
  if (tier == "odd") options.interpret = [](std::uint32_t function) { return function % 2 == 1; };
  return jit::make_executor(std::move(options));
#else
  return interpreter::make_executor();
#endif
}

/// An engine, a store and a linker. Host functions are defined in module "env".
struct Runtime {
  explicit Runtime(StoreLimits limits = {}) : store(engine, limits), linker(store) {}

  Instance& instantiate(const ModuleBuilder& builder, const std::string& name = "test") {
    const Instantiated result = try_instantiate(builder, name);
    if (result.trap) ADD_FAILURE() << result.trap->message;
    return *result.instance;
  }
  Instantiated try_instantiate(const ModuleBuilder& builder, const std::string& name = "test") {
    return linker.instantiate(CompiledModule::decode(engine, builder.build(), name), name);
  }
  void host(std::string_view name, FuncType type, HostCallback callback) {
    linker.define_function("env", name, std::move(type), std::move(callback));
  }

  Engine engine{make_executor()};
  Store store;
  Linker linker;
};

inline Outcome call(const Instance& instance, std::string_view name, const std::vector<Value>& args = {}) {
  const Func function = instance.find_function(name);
  if (!function) {
    ADD_FAILURE() << "no export " << name;
    return {};
  }
  return function.call(args);
}

MATCHER_P(TrapsWith, code, std::string("traps with \"") + std::string(to_string(code)) + "\"") {
  if (arg.ok()) {
    *result_listener << "returned";
    return false;
  }
  *result_listener << arg.trap->message;
  return arg.trap->code == code;
}

MATCHER(Returns, "returns") {
  if (!arg.ok()) *result_listener << "trapped: " << arg.trap->message;
  return arg.ok();
}

MATCHER_P(ReturnsI32, value, "returns " + ::testing::PrintToString(value)) {
  if (!arg.ok()) {
    *result_listener << "trapped: " << arg.trap->message;
    return false;
  }
  return arg.values.size() == 1 && arg.values[0].i32 == value;
}

}  // namespace wasmjet::testing
