#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

using ::testing::ElementsAre;

const FuncType kVoid{};
const FuncType kToI32{{}, {kI32}};

/// Outcome of a function () -> () with this body, in a module with a memory of one page and a table.
Outcome run(const Bytes& body) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.memory(1);
  builder.table(3);
  const auto number = builder.function("", kToI32, op::i32_const(1));
  builder.function("run", kVoid, body);
  builder.element(0, {number});
  return call(runtime.instantiate(builder), "run");
}

TEST(RuntimeTrap, EveryCauseHasItsCode) {
  using namespace op;
  const std::int32_t lowest = INT32_MIN;
  EXPECT_THAT(run(unreachable), TrapsWith(TrapCode::unreachable));
  EXPECT_THAT(run(i32_const(1) + i32_const(0) + i32_div_s + drop),
              TrapsWith(TrapCode::integer_divide_by_zero));
  EXPECT_THAT(run(i32_const(lowest) + i32_const(-1) + i32_div_s + drop),
              TrapsWith(TrapCode::integer_overflow));
  EXPECT_THAT(run(i64_const(1) + i64_const(0) + i64_div_s + drop),
              TrapsWith(TrapCode::integer_divide_by_zero));
  EXPECT_THAT(run(i64_const(INT64_MIN) + i64_const(-1) + i64_div_s + drop),
              TrapsWith(TrapCode::integer_overflow));
  EXPECT_THAT(run(i32_const(lowest) + i32_const(-1) + i32_rem_s + drop), Returns());
  const Bytes nan = {0x44, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F};
  const Bytes huge = {0x44, 0, 0, 0, 0, 0, 0, 0xF0, 0x43};
  EXPECT_THAT(run(nan + i32_trunc_f64_s + drop), TrapsWith(TrapCode::invalid_conversion));
  EXPECT_THAT(run(huge + i32_trunc_f64_s + drop), TrapsWith(TrapCode::integer_overflow));
  EXPECT_THAT(run(i32_const(0) + call_indirect(0) + drop), Returns());
  EXPECT_THAT(run(i32_const(0) + call_indirect(1)), TrapsWith(TrapCode::indirect_call_mismatch));
  EXPECT_THAT(run(i32_const(1) + call_indirect(1)), TrapsWith(TrapCode::uninitialized_element));
  EXPECT_THAT(run(i32_const(3) + call_indirect(1)), TrapsWith(TrapCode::undefined_element));
  EXPECT_THAT(run(i32_const(-1) + call_indirect(1)), TrapsWith(TrapCode::undefined_element));
  EXPECT_THAT(run(i32_const(3) + table_get(0) + drop), TrapsWith(TrapCode::table_out_of_bounds));
}

/// Division with operands that are no constants, so that nothing is folded.
TEST(RuntimeTrap, DivisionTellsZeroFromOverflow) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.function("div", {{kI32, kI32}, {kI32}}, op::local_get(0) + op::local_get(1) + op::i32_div_s);
  builder.function("rem", {{kI32, kI32}, {kI32}}, op::local_get(0) + op::local_get(1) + op::i32_rem_s);
  const Instance& instance = runtime.instantiate(builder);
  EXPECT_THAT(call(instance, "div", {i32(7), i32(-2)}), ReturnsI32(-3));
  EXPECT_THAT(call(instance, "div", {i32(7), i32(0)}), TrapsWith(TrapCode::integer_divide_by_zero));
  EXPECT_THAT(call(instance, "div", {i32(INT32_MIN), i32(-1)}), TrapsWith(TrapCode::integer_overflow));
  EXPECT_THAT(call(instance, "rem", {i32(INT32_MIN), i32(-1)}), ReturnsI32(0));
  EXPECT_THAT(call(instance, "rem", {i32(7), i32(0)}), TrapsWith(TrapCode::integer_divide_by_zero));
}

/// Only the second of the two registers that the machine's division wants is free.
TEST(RuntimeTrap, DivisionBesideOperandsInItsRegisters) {
  using namespace op;
  Runtime runtime;
  ModuleBuilder builder;
  builder.table(3);
  const Bytes operands = local_get(0) + i32_const(1) + i32_add + local_get(0) + i32_const(2) + i32_add +
                         i32_const(0) + table_get(0);
  builder.function("run", {{kI32}, {kI32}},
                   operands + i32_const(30) + local_get(0) + i32_div_s + drop + drop + i32_add);
  const Instance& instance = runtime.instantiate(builder);
  EXPECT_THAT(call(instance, "run", {i32(2)}), ReturnsI32(7));
  EXPECT_THAT(call(instance, "run", {i32(0)}), TrapsWith(TrapCode::integer_divide_by_zero));
}

TEST(RuntimeTrap, BacktraceNamesFunctionsAndOffsets) {
  Runtime runtime;
  ModuleBuilder builder;
  const auto inner = builder.function("", kVoid, Bytes{0x01} + op::unreachable);
  const auto middle = builder.function("", kVoid, op::call(inner));
  builder.function("outer", kVoid, op::call(middle) + op::call(middle));
  builder.name_function(inner, "inner");
  const Bytes bytes = builder.build();
  const Outcome outcome = call(runtime.instantiate(builder, "app"), "outer");
  ASSERT_THAT(outcome, TrapsWith(TrapCode::unreachable));
  ASSERT_EQ(outcome.trap->frames.size(), 3U);
  EXPECT_EQ(outcome.trap->frames[0].name, "inner");
  EXPECT_EQ(outcome.trap->frames[0].module, "app");
  EXPECT_EQ(outcome.trap->frames[1].name, "func[1]");
  EXPECT_EQ(outcome.trap->frames[2].name, "func[2]");
  EXPECT_EQ(bytes[outcome.trap->frames[0].offset], 0x00);
  EXPECT_EQ(bytes[outcome.trap->frames[0].offset - 1], 0x01);
  EXPECT_EQ(bytes[outcome.trap->frames[1].offset], 0x10);
  EXPECT_EQ(bytes[outcome.trap->frames[2].offset], 0x10);
}

TEST(RuntimeTrap, RightBehindACall) {
  Runtime runtime;
  ModuleBuilder builder;
  const auto nothing = builder.function("", kVoid, {});
  builder.function("run", kVoid, op::call(nothing) + op::unreachable);
  const Bytes bytes = builder.build();
  const Outcome outcome = call(runtime.instantiate(builder), "run");
  ASSERT_THAT(outcome, TrapsWith(TrapCode::unreachable));
  EXPECT_EQ(bytes[outcome.trap->frames.at(0).offset], 0x00);
}

TEST(RuntimeTrap, BacktraceCrossesInstancesAndTheHost) {
  Runtime runtime;
  Instance* callee = nullptr;
  std::vector<std::string> seen;
  runtime.host("back", kVoid, [&](Caller&, Value*) {
    const Outcome inner = call(*callee, "fail");
    for (const TraceFrame& frame : inner.trap->frames) seen.push_back(frame.module + "." + frame.name);
    return HostResult::failure("given up");
  });
  ModuleBuilder library;
  library.function("fail", kVoid, op::unreachable);
  callee = &runtime.instantiate(library, "library");
  ModuleBuilder app;
  const auto back = app.import_function("env", "back", kVoid);
  const auto middle = app.function("", kVoid, op::call(back));
  app.function("run", kVoid, op::call(middle));
  app.name_function(middle, "middle");
  const Outcome outcome = call(runtime.instantiate(app, "app"), "run");
  ASSERT_THAT(outcome, TrapsWith(TrapCode::host));
  EXPECT_EQ(outcome.trap->message, "given up");
  EXPECT_THAT(seen, ElementsAre("library.func[0]", "app.middle", "app.func[2]"));
  ASSERT_EQ(outcome.trap->frames.size(), 2U);
  EXPECT_EQ(outcome.trap->frames[0].name, "middle");
}

TEST(RuntimeTrap, ExitLeavesFromAnyDepth) {
  Runtime runtime;
  runtime.host("exit", {{kI32}, {}}, [](Caller&, Value* values) { return HostResult::exit(values[0].u32); });
  ModuleBuilder builder;
  const auto exit = builder.import_function("env", "exit", {{kI32}, {}});
  const std::uint32_t self = exit + 1;
  // Calls itself until the argument is zero, then exits.
  builder.function("dive", {{kI32}, {}},
                   op::local_get(0) + op::i32_eqz + op::begin_if + op::i32_const(7) + op::call(exit) +
                       op::end + op::local_get(0) + op::i32_const(1) + op::i32_sub + op::call(self) +
                       op::unreachable);
  const Outcome outcome = call(runtime.instantiate(builder), "dive", {i32(5000)});
  ASSERT_THAT(outcome, TrapsWith(TrapCode::exit));
  EXPECT_EQ(outcome.trap->exit_status, 7U);
}

TEST(RuntimeTrap, ExceptionsOfHostFunctionsAreTraps) {
  Runtime runtime;
  runtime.host("throw", kVoid, [](Caller&, Value*) -> HostResult { throw std::runtime_error("no luck"); });
  ModuleBuilder builder;
  const auto thrower = builder.import_function("env", "throw", kVoid);
  builder.function("run", kVoid, op::call(thrower));
  const Outcome outcome = call(runtime.instantiate(builder), "run");
  ASSERT_THAT(outcome, TrapsWith(TrapCode::host));
  EXPECT_EQ(outcome.trap->message, "no luck");
}

TEST(RuntimeTrap, StartFunctionsMayTrap) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.memory(1);
  builder.start(builder.function("", kVoid, op::unreachable));
  builder.data(0, "x");
  const Instantiated result = runtime.try_instantiate(builder);
  ASSERT_TRUE(result.trap);
  EXPECT_EQ(result.trap->code, TrapCode::unreachable);
  EXPECT_EQ(result.instance->memory(0).data()[0], 'x');
}

TEST(RuntimeTrap, TheStoreGoesOnAfterATrap) {
  Runtime runtime;
  ModuleBuilder builder;
  builder.function("fail", kVoid, op::unreachable);
  builder.function("one", kToI32, op::i32_const(1));
  const Instance& instance = runtime.instantiate(builder);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_THAT(call(instance, "fail"), TrapsWith(TrapCode::unreachable));
    ASSERT_THAT(call(instance, "one"), ReturnsI32(1));
  }
}

}  // namespace
}  // namespace wasmjet::testing
