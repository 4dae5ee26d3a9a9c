#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

#include "spec-tests/runtime_fixture.hpp"

// Stack overflow is a trap: the RuntimeStack tests, which RuntimeStackLimits runs again in processes with
// other limits on the main thread's stack.

namespace wasmjet::testing {
namespace {

const FuncType kVoid{};

void on_thread(std::size_t stack, const std::function<void()>& body) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, stack), 0);
  pthread_t thread{};
  const auto run = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&body)), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

/// Runs `body` on this thread (the main one), and on threads with stacks of several sizes.
void on_threads(const std::function<void()>& body) {
  body();
  for (const std::size_t kib : {400U, 512U, 8192U}) on_thread(kib * 1024, body);
  body();
}

/// Touches `bytes` of stack, as a host function with large buffers does.
__attribute__((noinline)) void use_stack(std::size_t bytes) {
  auto* buffer = static_cast<volatile char*>(__builtin_alloca(bytes));
  for (std::size_t i = 0; i < bytes; i += 1024) buffer[i] = 1;
}

TEST(RuntimeStack, EndlessRecursion) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.function("f", kVoid, op::call(0));
  const Instance& instance = runtime.instantiate(builder);
  on_threads([&] {
    const Outcome outcome = call(instance, "f");
    ASSERT_THAT(outcome, TrapsWith(TrapCode::stack_overflow));
    EXPECT_GT(outcome.trap->depth, 500U);
    EXPECT_EQ(outcome.trap->frames.size(), 128U);
  });
}

TEST(RuntimeStack, EndlessRecursionWithHugeFrames) {
  Runtime runtime;
  ModuleBuilder builder;
  // Locals that live across the call, so that they need room in the frame.
  constexpr std::uint32_t kLocals = 5000;
  Bytes body;
  Bytes uses;
  for (std::uint32_t i = 0; i < kLocals; ++i) {
    body = body + op::i32_const(static_cast<int>(i)) + op::local_set(i);
    uses = uses + op::local_get(i) + op::drop;
  }
  builder.function("f", kVoid, body + op::call(0) + uses, std::vector<ValType>(kLocals, kI32));
  const Instance& instance = runtime.instantiate(builder);
  on_threads([&] { EXPECT_THAT(call(instance, "f"), TrapsWith(TrapCode::stack_overflow)); });
}

TEST(RuntimeStack, HostFunctionsHaveRoomAtAnyDepth) {
  Runtime runtime;
  runtime.host("host", kVoid, [](Caller&, Value*) {
    use_stack(200 * 1024);
    return HostResult::ok();
  });
  ModuleBuilder builder;
  const auto host = builder.import_function("env", "host", kVoid);
  builder.function("f", kVoid, op::call(host) + op::call(host + 1));
  const Instance& instance = runtime.instantiate(builder);
  on_threads([&] { EXPECT_THAT(call(instance, "f"), TrapsWith(TrapCode::stack_overflow)); });
}

TEST(RuntimeStack, HostAndWasmTakeTurns) {
  Runtime runtime;
  const Instance* instance = nullptr;
  runtime.host("host", kVoid, [&](Caller&, Value*) {
    const Outcome inner = call(*instance, "f");
    return HostResult{inner.trap->code, 0, {}};
  });
  ModuleBuilder builder;
  const auto host = builder.import_function("env", "host", kVoid);
  builder.function("f", kVoid, op::call(host));
  instance = &runtime.instantiate(builder);
  on_threads([&] { EXPECT_THAT(call(*instance, "f"), TrapsWith(TrapCode::stack_overflow)); });
}

TEST(RuntimeStack, OverflowInsideAHostFunction) {
  Runtime runtime;
  // The host function itself goes on until it calls Wasm near the end of the stack.
  const Instance* instance = nullptr;
  std::function<Outcome(int)> dive = [&](int depth) -> Outcome {
    use_stack(1024);
    const Outcome outcome = call(*instance, "leaf");
    if (!outcome.ok() || depth == 0) return outcome;
    return dive(depth - 1);
  };
  runtime.host("host", kVoid, [&](Caller&, Value*) {
    const Outcome outcome = dive(1'000'000);
    return outcome.ok() ? HostResult::ok() : HostResult{outcome.trap->code, 0, {}};
  });
  ModuleBuilder builder;
  const auto host = builder.import_function("env", "host", kVoid);
  const auto leaf = builder.function("", kVoid, {});
  builder.function("leaf", kVoid, op::call(leaf));
  builder.function("f", kVoid, op::call(host));
  instance = &runtime.instantiate(builder);
  on_threads([&] { EXPECT_THAT(call(*instance, "f"), TrapsWith(TrapCode::stack_overflow)); });
}

TEST(RuntimeStack, MaxStackIsKept) {
  const auto depth_with = [](std::uint64_t max_stack) {
    StoreLimits limits;
    limits.max_stack_bytes = max_stack;
    Runtime runtime(limits);
    ModuleBuilder builder;
    builder.function("f", kVoid, op::call(0));
    const Instance& instance = runtime.instantiate(builder);
    return call(instance, "f").trap->depth;
  };
  on_thread(std::size_t{32} << 20, [&] {
    const auto small = depth_with(256 * 1024);
    const auto large = depth_with(16 * 1024 * 1024);
    EXPECT_GT(small, 1000U);
    EXPECT_GT(large, 50 * small);
    EXPECT_LT(large, 80 * small);
  });
}

TEST(RuntimeStack, GuestGoesOnAfterOverflow) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.function("f", kVoid, op::call(0));
  builder.function("one", {{}, {kI32}}, op::i32_const(1));
  const Instance& instance = runtime.instantiate(builder);
  for (int i = 0; i < 50; ++i) {
    ASSERT_THAT(call(instance, "f"), TrapsWith(TrapCode::stack_overflow));
    ASSERT_THAT(call(instance, "one"), ReturnsI32(1));
  }
}

/// Runs the tests above in a process whose main stack has this limit.
void run_with_stack_limit(rlim_t limit) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    rlimit stack{};
    getrlimit(RLIMIT_STACK, &stack);
    stack.rlim_cur = std::min(limit, stack.rlim_max);
    setrlimit(RLIMIT_STACK, &stack);
    execl("/proc/self/exe", "runtime_stack_test", "--gtest_filter=RuntimeStack.*", "--gtest_brief=1",
          nullptr);
    _exit(127);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(RuntimeStackLimits, Small) { run_with_stack_limit(512 * 1024); }
TEST(RuntimeStackLimits, Unlimited) { run_with_stack_limit(RLIM_INFINITY); }
TEST(RuntimeStackLimits, Large) { run_with_stack_limit(rlim_t{1} << 30); }

}  // namespace
}  // namespace wasmjet::testing
