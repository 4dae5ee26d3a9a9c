#include "spec-tests/wast/spectest.hpp"

#include <cstring>

namespace wasmjet::wast {
namespace {

template <class Number>
Value value_of(Number number) {
  Value value{};
  std::memcpy(&value, &number, sizeof number);
  return value;
}

}  // namespace

void define_spectest(Linker& linker) {
  constexpr std::string_view kModule = "spectest";
  Store& store = linker.store();
  const auto global = [&](std::string_view name, ValType type, Value value) {
    linker.define(kModule, name, &store.create_global({type, false}, value));
  };
  global("global_i32", kI32, value_of(std::int32_t{666}));
  global("global_i64", kI64, value_of(std::int64_t{666}));
  global("global_f32", kF32, value_of(666.6F));
  global("global_f64", kF64, value_of(666.6));
  linker.define(kModule, "table", &store.create_table({kFuncRef, {10, 20}}));
  linker.define(kModule, "memory", &store.create_memory({{1, 2}}));
  const auto function = [&](std::string_view name, std::vector<ValType> params) {
    linker.define_function(kModule, name, {std::move(params), {}},
                           [](Caller&, Value*) { return HostResult::ok(); });
  };
  function("print", {});
  function("print_i32", {kI32});
  function("print_i64", {kI64});
  function("print_f32", {kF32});
  function("print_f64", {kF64});
  function("print_i32_f32", {kI32, kF32});
  function("print_f64_f64", {kF64, kF64});
}

}  // namespace wasmjet::wast
