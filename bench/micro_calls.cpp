// micro_calls [--benchmark_…]: what a call across the border between the host and compiled code takes, there
// and back.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "decoder/text/assemble.hpp"
#include "jit/jit.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/linker.hpp"
#include "runtime/store.hpp"

namespace {

using namespace wasmjet;

constexpr std::int64_t kCalls = 1'000'000;

// "calls" and "values" call the host so often, without a value and with one that each call needs of the one
// before.
constexpr const char* kModule = R"((module
  (import "host" "nothing" (func $nothing))
  (import "host" "next" (func $host (param i32) (result i32)))
  (func (export "calls") (param $n i32)
    (loop $l
      (call $nothing)
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "values") (param $n i32) (result i32) (local $x i32)
    (loop $l
      (local.set $x (call $host (local.get $x)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $x))
  (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))))";

class Calls {
 public:
  Calls() : engine_(jit::make_executor({})), store_(engine_), linker_(store_) {
    linker_.define_function("host", "nothing", {}, [](Caller&, Value*) { return HostResult::ok(); });
    linker_.define_function("host", "next", {{kI32}, {kI32}}, [](Caller&, Value* values) {
      ++values[0].u32;
      return HostResult::ok();
    });
    instance_ = linker_.instantiate(CompiledModule::decode(engine_, text::assemble_valid(kModule))).instance;
  }

  Func function(const char* name) const { return instance_->find_function(name); }

 private:
  Engine engine_;
  Store store_;
  Linker linker_;
  Instance* instance_ = nullptr;
};

void host_calls(benchmark::State& state, const char* name) {
  const Calls calls;
  const Func function = calls.function(name);
  Value count;
  count.u64 = kCalls;
  for (auto _ : state) benchmark::DoNotOptimize(function.call({&count, 1}));
  state.SetItemsProcessed(state.iterations() * kCalls);
}
// A million calls: a millisecond is a nanosecond a call.
BENCHMARK_CAPTURE(host_calls, without_values, "calls")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(host_calls, with_values, "values")->Unit(benchmark::kMillisecond);

void wasm_calls(benchmark::State& state) {
  const Calls calls;
  const Func function = calls.function("next");
  Value argument;
  argument.u64 = 1;
  for (auto _ : state) benchmark::DoNotOptimize(function.call({&argument, 1}));
}
BENCHMARK(wasm_calls);

void wasm_calls_in_place(benchmark::State& state) {
  const Calls calls;
  const Func function = calls.function("next");
  Value value;
  value.u64 = 1;
  for (auto _ : state) {
    if (function.call_in_place({&value, 1})) state.SkipWithError("trapped");
  }
  benchmark::DoNotOptimize(value);
}
BENCHMARK(wasm_calls_in_place);

}  // namespace

BENCHMARK_MAIN();
