#include <thread>

#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

const FuncType kI32ToI32{{kI32}, {kI32}};

Value f64(double number) {
  Value value{};
  value.f64 = number;
  return value;
}

TEST(RuntimeCall, HostAndGuestExchangeManyValues) {
  Runtime runtime;
  // More than the argument registers hold, of both classes.
  FuncType type;
  for (int i = 0; i < 12; ++i) {
    type.params.insert(type.params.end(), {kI32, kF64});
    type.results.insert(type.results.end(), {kF64, kI32});
  }
  runtime.host("swap", type, [](Caller&, Value* values) {
    for (int i = 0; i < 24; i += 2) std::swap(values[i], values[i + 1]);
    return HostResult::ok();
  });
  ModuleBuilder builder;
  const auto swap = builder.import_function("env", "swap", type);
  Bytes body;
  for (std::uint32_t i = 0; i < 24; ++i) body = body + op::local_get(i);
  builder.function("run", type, body + op::call(swap));
  std::vector<Value> args;
  for (int i = 0; i < 12; ++i) {
    args.push_back(i32(-i));
    args.push_back(f64(i + 0.5));
  }
  const Outcome outcome = call(runtime.instantiate(builder), "run", args);
  ASSERT_THAT(outcome, Returns());
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(outcome.values[2 * i].f64, static_cast<double>(i) + 0.5);
    EXPECT_EQ(outcome.values[2 * i + 1].i32, -static_cast<int>(i));
  }
}

TEST(RuntimeCall, HostFunctionsInTables) {
  Runtime runtime;
  runtime.host("twice", kI32ToI32, [](Caller& caller, Value* values) {
    EXPECT_NE(caller.instance(), nullptr);
    EXPECT_EQ(caller.memory().size(), kPageSize);
    values[0].i32 *= 2;
    return HostResult::ok();
  });
  ModuleBuilder builder;
  const auto twice = builder.import_function("env", "twice", kI32ToI32);
  builder.memory(1);
  builder.table(1);
  builder.element(0, {twice});
  builder.function("run", kI32ToI32,
                   op::local_get(0) + op::i32_const(0) + op::call_indirect(builder.type(kI32ToI32)));
  builder.export_("twice", ExternKind::function, twice);
  const Instance& instance = runtime.instantiate(builder);
  EXPECT_THAT(call(instance, "run", {i32(21)}), ReturnsI32(42));
}

TEST(RuntimeCall, AHostMayCallBack) {
  Runtime runtime;
  const Instance* instance = nullptr;
  // factorial, every other step in the host
  runtime.host("step", kI32ToI32, [&](Caller&, Value* values) {
    const std::int32_t n = values[0].i32;
    if (n > 1) values[0].i32 = n * call(*instance, "run", {i32(n - 1)}).values[0].i32;
    return HostResult::ok();
  });
  ModuleBuilder builder;
  const auto step = builder.import_function("env", "step", kI32ToI32);
  builder.function("run", kI32ToI32, op::local_get(0) + op::call(step));
  instance = &runtime.instantiate(builder);
  EXPECT_THAT(call(*instance, "run", {i32(10)}), ReturnsI32(3628800));
}

TEST(RuntimeCall, InstancesShareCodeButNotState) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.memory(1);
  builder.function("bump", {{}, {kI32}},
                   op::i32_const(0) + op::i32_const(0) + op::access(0x28) + op::i32_const(1) + op::i32_add +
                       op::access(0x36) + op::i32_const(0) + op::access(0x28));
  const auto module = CompiledModule::decode(runtime.engine, builder.build(), "counter");
  Instance* a = runtime.linker.instantiate(module).instance;
  Instance* b = runtime.linker.instantiate(module).instance;
  EXPECT_EQ(&a->code(), &b->code());
  EXPECT_THAT(call(*a, "bump"), ReturnsI32(1));
  EXPECT_THAT(call(*a, "bump"), ReturnsI32(2));
  EXPECT_THAT(call(*b, "bump"), ReturnsI32(1));
}

TEST(RuntimeCall, OneModuleInStoresOnSeveralThreads) {
  Engine engine(make_executor());
  ModuleBuilder builder;
  builder.function("add", {{kI32, kI32}, {kI32}}, op::local_get(0) + op::local_get(1) + op::i32_add);
  builder.function("fail", {}, op::unreachable);
  const auto module = CompiledModule::decode(engine, builder.build());
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        Store store(engine);
        const Instance& instance = *Linker(store).instantiate(module).instance;
        ASSERT_THAT(call(instance, "add", {i32(t), i32(i)}), ReturnsI32(t + i));
        ASSERT_THAT(call(instance, "fail"), TrapsWith(TrapCode::unreachable));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace wasmjet::testing
