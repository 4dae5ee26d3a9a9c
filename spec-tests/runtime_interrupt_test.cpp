#include <unistd.h>

#include <chrono>
#include <thread>

#include "runtime/watchdog.hpp"
#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const FuncType kVoid{};
#ifdef WASMJET_EMULATED
constexpr auto kTimeout = 500ms;  // time enough for an emulator to get there
constexpr auto kSlack = 5s;
#else
constexpr auto kTimeout = 30ms;
constexpr auto kSlack = 500ms;  // generous: tests run side by side
#endif

/// Calls "run" under a watchdog: it must end with TrapCode::interrupted, soon after the deadline.
void expect_timeout(Runtime& runtime, const Instance& instance) {
  const auto begin = Clock::now();
  Watchdog watchdog(kTimeout);
  watchdog.watch(&runtime.store);
  EXPECT_THAT(call(instance, "run"), TrapsWith(TrapCode::interrupted));
  watchdog.watch(nullptr);
  const auto took = Clock::now() - begin;
  EXPECT_GE(took, kTimeout);
  EXPECT_LT(took, kTimeout + kSlack);
}

TEST(RuntimeInterrupt, EmptyLoop) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.function("run", kVoid, op::loop + op::br(0) + op::end);
  expect_timeout(runtime, runtime.instantiate(builder));
}

TEST(RuntimeInterrupt, LoopOfCalls) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.table(1);
  const auto leaf = builder.function("", kVoid, {});
  builder.element(0, {leaf});
  builder.function("run", kVoid,
                   op::loop + op::call(leaf) + op::i32_const(0) + op::call_indirect(0) + op::br(0) + op::end);
  expect_timeout(runtime, runtime.instantiate(builder));
}

TEST(RuntimeInterrupt, LoopOfHostCalls) {
  Runtime runtime;
  runtime.host("host", kVoid, [](Caller&, Value*) { return HostResult::ok(); });
  ModuleBuilder builder;
  const auto host = builder.import_function("env", "host", kVoid);
  builder.function("run", kVoid, op::loop + op::call(host) + op::br(0) + op::end);
  expect_timeout(runtime, runtime.instantiate(builder));
}

TEST(RuntimeInterrupt, HugeMemoryFill) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.memory(16384);
  builder.function("run", kVoid,
                   op::loop + op::i32_const(0) + op::i32_const(1) + op::i32_const(0x3FFFFFFF) +
                       op::memory_fill + op::br(0) + op::end);
  expect_timeout(runtime, runtime.instantiate(builder));
}

TEST(RuntimeInterrupt, LoopOfShortMemoryFills) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.memory(128);
  builder.function("run", kVoid,
                   op::loop + op::i32_const(0) + op::i32_const(1) + op::i32_const(0x7FFFFF) +
                       op::memory_fill + op::br(0) + op::end);
  expect_timeout(runtime, runtime.instantiate(builder));
}

TEST(RuntimeInterrupt, HugeMemoryCopy) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.memory(16384);
  builder.function("run", kVoid,
                   op::loop + op::i32_const(0) + op::i32_const(0x1FFFFFFF) + op::i32_const(0x1FFFFFFF) +
                       op::memory_copy + op::br(0) + op::end);
  expect_timeout(runtime, runtime.instantiate(builder));
}

TEST(RuntimeInterrupt, BlockedSystemCall) {
  Runtime runtime;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  runtime.host("read", kVoid, [&](Caller& caller, Value*) {
    char byte = 0;
    while (!caller.interrupted() && read(ends[0], &byte, 1) < 0 && errno == EINTR) {
    }
    return HostResult::ok();
  });
  ModuleBuilder builder;
  const auto host = builder.import_function("env", "read", kVoid);
  builder.function("run", kVoid, op::call(host) + op::unreachable);
  expect_timeout(runtime, runtime.instantiate(builder));
  close(ends[0]);
  close(ends[1]);
}

TEST(RuntimeInterrupt, NestedEntries) {
  Runtime runtime;
  const Instance* instance = nullptr;
  TrapCode inner = TrapCode::none;
  runtime.host("host", kVoid, [&](Caller&, Value*) {
    inner = call(*instance, "spin").trap->code;
    return HostResult::ok();
  });
  ModuleBuilder builder;
  const auto host = builder.import_function("env", "host", kVoid);
  builder.function("spin", kVoid, op::loop + op::br(0) + op::end);
  builder.function("run", kVoid, op::call(host) + op::unreachable);
  instance = &runtime.instantiate(builder);
  expect_timeout(runtime, *instance);
  EXPECT_EQ(inner, TrapCode::interrupted);
}

TEST(RuntimeInterrupt, FromAnyThreadWithoutAWatchdog) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.function("run", kVoid, op::loop + op::br(0) + op::end);
  const Instance& instance = runtime.instantiate(builder);
  std::thread other([&] {
    std::this_thread::sleep_for(5ms);
    runtime.store.interrupt();
  });
  EXPECT_THAT(call(instance, "run"), TrapsWith(TrapCode::interrupted));
  other.join();
  EXPECT_THAT(call(instance, "run"), TrapsWith(TrapCode::interrupted));
}

TEST(RuntimeInterrupt, CancelsCompilation) {
  Runtime runtime;
  ModuleBuilder builder;
  Bytes body;
  for (int i = 0; i < 1000; ++i) body = body + op::i32_const(i) + op::drop;
  builder.function("run", kVoid, body);
  const std::atomic<bool> cancel{true};
  const auto module = CompiledModule::decode(runtime.engine, builder.build());
  try {
    runtime.linker.instantiate(module, "test", &cancel);
    ADD_FAILURE() << "was compiled";
  } catch (const ModuleError& error) {
    EXPECT_EQ(error.kind(), ModuleErrorKind::cancelled);
  }
}

}  // namespace
}  // namespace wasmjet::testing
