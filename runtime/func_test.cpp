#include "runtime/func.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "runtime/fake_executor.hpp"

namespace wasmjet {
namespace {

using testing::Fixture;

Value i32(std::int32_t number) {
  Value value{};
  value.i32 = number;
  return value;
}

Module one_function(FuncType type) {
  Module module;
  module.types = {std::move(type)};
  module.functions = {0};
  return module;
}

TEST(Func, PassesArgumentsAndResults) {
  Fixture fixture({}, {[](EntryRecord*, VmContext*, Value* values) {
                    values[1].i32 = values[0].i32 + 1;
                    values[0].i32 = 9;
                    return true;
                  }});
  const Func func = fixture.instantiate(one_function({{kI32}, {kI32, kI32}})).instance->function(0);
  const std::vector<Value> args = {i32(41)};
  const Outcome outcome = func.call(args);
  ASSERT_TRUE(outcome.ok());
  ASSERT_EQ(outcome.values.size(), 2U);
  EXPECT_EQ(outcome.values[0].i32, 9);
  EXPECT_EQ(outcome.values[1].i32, 42);
  EXPECT_THROW(func.call(), std::invalid_argument);

  std::vector<Value> values = {i32(6), i32(0)};
  EXPECT_FALSE(func.call_in_place(values).has_value());
  EXPECT_EQ(values[0].i32, 9);
  EXPECT_EQ(values[1].i32, 7);
  values.pop_back();
  EXPECT_THROW(func.call_in_place(values), std::invalid_argument);
}

TEST(Func, LinksAndUnlinksEntryRecords) {
  static Func inner;
  Fixture fixture({}, {[](EntryRecord* record, VmContext* context, Value* values) {
                    EXPECT_EQ(context->store->entry, record);
                    EXPECT_NE(context->stack_limit, 0U);
                    if (values[0].i32 == 0) return true;
                    context->store->host_fp = &inner;
                    const std::vector<Value> args = {i32(values[0].i32 - 1)};
                    EXPECT_TRUE(inner.call(args).ok());
                    EXPECT_EQ(context->store->host_fp, &inner);
                    EXPECT_EQ(context->store->entry, record);
                    return true;
                  }});
  inner = fixture.instantiate(one_function({{kI32}, {}})).instance->function(0);
  const std::vector<Value> args = {i32(3)};
  EXPECT_TRUE(inner.call(args).ok());
  EXPECT_EQ(fixture.store.context().entry, nullptr);
  EXPECT_EQ(fixture.store.context().host_fp, nullptr);
  EXPECT_EQ(fixture.store.context().thread, 0);
}

TEST(Func, CallsHostFunctionsDirectly) {
  Fixture fixture;
  const auto call = [&](HostCallback callback) {
    return fixture.store.create_function({{}, {kI32}}, std::move(callback)).call();
  };
  EXPECT_EQ(call([](Caller& caller, Value* values) {
              EXPECT_EQ(caller.instance(), nullptr);
              EXPECT_EQ(caller.memory().size(), 0U);
              values[0].i32 = 5;
              return HostResult::ok();
            })
                .values[0]
                .i32,
            5);
  EXPECT_EQ(call([](Caller&, Value*) { return HostResult::exit(3); }).trap->exit_status, 3U);
  EXPECT_EQ(call([](Caller&, Value*) { return HostResult::failure("no luck"); }).trap->message, "no luck");
  EXPECT_EQ(call([](Caller&, Value*) -> HostResult { throw std::runtime_error("thrown"); }).trap->message,
            "thrown");
  EXPECT_EQ(call([](Caller&, Value*) -> HostResult { throw 1; }).trap->code, TrapCode::host);
}

TEST(Func, AnInterruptedStoreCallsNothing) {
  Fixture fixture({}, {[](EntryRecord*, VmContext*, Value*) {
                    ADD_FAILURE() << "was entered";
                    return true;
                  }});
  const Func func = fixture.instantiate(one_function({})).instance->function(0);
  fixture.store.interrupt();
  EXPECT_EQ(func.call().trap->code, TrapCode::interrupted);
}

TEST(Func, StackLimitFollowsTheThread) {
  static std::uintptr_t limit;
  static std::uintptr_t frame;
  Fixture fixture({}, {[](EntryRecord*, VmContext* context, Value*) {
                    limit = context->stack_limit;
                    frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
                    return true;
                  }});
  const Func func = fixture.instantiate(one_function({})).instance->function(0);
  const auto check = [&] {
    EXPECT_TRUE(func.call().ok());
    EXPECT_LT(limit, frame);
    EXPECT_LT(frame - limit, fixture.store.limits().max_stack_bytes + 64 * 1024);
  };
  check();
  std::thread(check).join();
  check();
}

TEST(Func, TooLittleStackIsATrap) {
  StoreLimits limits;
  limits.max_stack_bytes = 1024;
  Fixture fixture(limits, {[](EntryRecord*, VmContext*, Value*) { return true; }});
  const Func func = fixture.instantiate(one_function({})).instance->function(0);
  EXPECT_EQ(func.call().trap->code, TrapCode::stack_overflow);
}

}  // namespace
}  // namespace wasmjet
