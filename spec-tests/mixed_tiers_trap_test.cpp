#include <gmock/gmock.h>

#include <stdexcept>

#include "spec-tests/mixed_tiers_fixture.hpp"

// Traps that cross tiers: one cause, one whole backtrace, whoever runs which frame; and the stacks' ends.

namespace wasmjet::testing {
namespace {

/// What a chain of three functions shows whose innermost has this body.
std::string trap_of(const std::string& body) {
  return same_in_every_mix(4, [&](MixedRuntime& runtime) {
    return describe_call(
        runtime.instantiate("(memory 1) (table 2 funcref)"
                            "(func $inner (param i32) " +
                            body +
                            ")"
                            "(func $middle (param i32 i64) nop local.get 0 call $inner)"
                            "(type $outer (func (param i32)))"
                            "(func $outer (type $outer) local.get 0 i64.const 1 call $middle)"
                            "(elem (i32.const 0) func $outer)"
                            "(func (export \"run\") i32.const 0 i32.const 0"
                            " call_indirect (type $outer))"),
        "run");
  });
}

TEST(MixedTiersTrap, EveryCauseHasTheSameBacktrace) {
  const auto of = [](const std::string& body) {
    const std::string shown = trap_of(body);
    return shown.substr(0, shown.find('+'));
  };
  EXPECT_EQ(of("unreachable"), "unreachable <- test.func[0]");
  EXPECT_EQ(of("i32.const 1 local.get 0 i32.div_s drop"), "integer divide by zero <- test.func[0]");
  EXPECT_EQ(of("i32.const 0x80000000 i32.const -1 local.get 0 i32.sub i32.div_s drop"),
            "integer overflow <- test.func[0]");
  EXPECT_EQ(of("f32.const nan i32.trunc_f32_s drop"), "invalid conversion to integer <- test.func[0]");
  EXPECT_EQ(of("i32.const 65536 i32.load drop"), "out of bounds memory access <- test.func[0]");
  EXPECT_EQ(of("local.get 0 i32.const 1 i32.const 65537 memory.fill"),
            "out of bounds memory access <- test.func[0]");
  EXPECT_EQ(of("i32.const 2 table.get 0 drop"), "out of bounds table access <- test.func[0]");
  EXPECT_EQ(of("i32.const 0 i32.const 1 i32.const 2 table.copy 0 0"),
            "out of bounds table access <- test.func[0]");
  EXPECT_EQ(of("i32.const 1 call_indirect"), "uninitialized element <- test.func[0]");
  EXPECT_EQ(of("i32.const 2 call_indirect"), "undefined element <- test.func[0]");
  EXPECT_EQ(of("i32.const 0 call_indirect"), "indirect call type mismatch <- test.func[0]");
  EXPECT_EQ(trap_of("unreachable"),
            "unreachable <- test.func[0]+64 <- test.func[1]+71 <- test.func[2]+80 <- test.func[3]+89");
}

TEST(MixedTiersTrap, BacktracesCrossModulesAndTheHost) {
  const auto shown = same_in_every_mix(3, [&](MixedRuntime& runtime) {
    const Instance* library = nullptr;
    std::string inner;
    runtime.host("back", {}, [&](Caller&, Value*) {
      const Outcome outcome = call(*library, "fail");
      inner = describe(*outcome.trap);
      return HostResult{outcome.trap->code, 0, {}};
    });
    library = &runtime.instantiate(R"(
      (func $low unreachable)
      (func $fail (export "fail") call $low))",
                                   "library");
    runtime.instantiate(R"(
      (import "env" "back" (func $back))
      (func (export "middle") call $back))",
                        "middle");
    const std::string outer = describe_call(runtime.instantiate(R"(
      (import "middle" "middle" (func $middle))
      (func $low call $middle)
      (func (export "run") call $low))",
                                                                "app"),
                                            "run");
    return inner + " | " + outer;
  });
  EXPECT_EQ(
      shown,
      "unreachable <- library.func[0]+34 <- library.func[1]+38 <- middle.func[1]+49 <- app.func[1]+52 <- "
      "app.func[2]+57 | unreachable <- middle.func[1]+49 <- app.func[1]+52 <- app.func[2]+57");
}

TEST(MixedTiersTrap, HostFailuresAndExceptions) {
  const auto shown = same_in_every_mix(3, [&](MixedRuntime& runtime) {
    runtime.host("fail", {{kI32}, {}}, [](Caller&, Value* values) -> HostResult {
      if (values[0].i32 == 0) throw std::runtime_error("no luck");
      return HostResult::failure("given up");
    });
    const Instance& instance = runtime.instantiate(R"(
      (import "env" "fail" (func $fail (param i32)))
      (func $inner (param i32) local.get 0 call $fail)
      (func (export "run") (param i32) local.get 0 call $inner))");
    return describe_call(instance, "run", {i32(0)}) + " | " + describe_call(instance, "run", {i32(1)});
  });
  EXPECT_EQ(shown,
            "no luck <- test.func[1]+50 <- test.func[2]+57 | given up <- test.func[1]+50 <- test.func[2]+57");
}

/// A trap is forgotten by the host, which then fails by itself: the newer backtrace counts.
TEST(MixedTiersTrap, AfterATrapThatTheHostHasTaken) {
  const auto shown = same_in_every_mix(3, [&](MixedRuntime& runtime) {
    const Instance* instance = nullptr;
    runtime.host("try", {}, [&](Caller&, Value*) {
      EXPECT_FALSE(call(*instance, "fail").ok());
      return HostResult::ok();
    });
    instance = &runtime.instantiate(R"(
      (import "env" "try" (func $try))
      (func $fail (export "fail") unreachable)
      (func (export "run") call $try i32.const 0 i32.const 0 i32.div_u drop))");
    return describe_call(*instance, "run");
  });
  EXPECT_EQ(shown, "integer divide by zero <- test.func[2]+63");
}

TEST(MixedTiersTrap, TheStoreGoesOn) {
  same_in_every_mix(3, [&](MixedRuntime& runtime) {
    const Instance& instance = runtime.instantiate(R"(
      (func $low (param i32) (result i32) i32.const 1 local.get 0 i32.div_u)
      (func $middle (param i32) (result i32) local.get 0 call $low)
      (func (export "run") (param i32) (result i32) local.get 0 call $middle))");
    std::string shown;
    for (int i = 0; i < 500; ++i) {
      EXPECT_THAT(call(instance, "run", {i32(0)}), TrapsWith(TrapCode::integer_divide_by_zero));
      EXPECT_THAT(call(instance, "run", {i32(1)}), ReturnsI32(1));
    }
    return shown;
  });
}

TEST(MixedTiersTrap, EndlessRecursion) {
  same_in_every_mix(3, [&](MixedRuntime& runtime) {
    const Instance& instance = runtime.instantiate(R"(
      (func $a (export "run") (param i32 i64) local.get 0 local.get 1 call $b)
      (func $b (param i32 i64) local.get 0 local.get 1 call $c)
      (func $c (param i32 i64) (local i64 i64 i64) local.get 0 local.get 1 call $a)
      (func (export "one") (result i32) i32.const 1))");
    for (int i = 0; i < 20; ++i) {
      const Outcome outcome = call(instance, "run", {i32(1), i32(2)});
      EXPECT_THAT(outcome, TrapsWith(TrapCode::stack_overflow));
      EXPECT_GT(outcome.trap->depth, 300U);
      EXPECT_EQ(outcome.trap->frames.size(), 128U);
      EXPECT_EQ(outcome.trap->frames.back().function, 0U);
      EXPECT_THAT(call(instance, "one"), ReturnsI32(1));
    }
    return std::string();
  });
}

TEST(MixedTiersTrap, EndlessRecursionThroughTheHost) {
  same_in_every_mix(3, [&](MixedRuntime& runtime) {
    const Instance* instance = nullptr;
    runtime.host("host", {}, [&](Caller&, Value*) {
      volatile char room[8192];
      for (std::size_t i = 0; i < sizeof room; i += 1024) room[i] = 1;
      const Outcome inner = call(*instance, "run");
      return HostResult{inner.trap->code, 0, {}};
    });
    instance = &runtime.instantiate(R"(
      (import "env" "host" (func $host))
      (func $a (export "run") call $b)
      (func $b call $host))");
    EXPECT_THAT(call(*instance, "run"), TrapsWith(TrapCode::stack_overflow));
    return std::string();
  });
}

/// Host functions have their room, however deep in either tier they are called.
TEST(MixedTiersTrap, HostFunctionsHaveRoomAtAnyDepth) {
  same_in_every_mix(3, [&](MixedRuntime& runtime) {
    runtime.host("host", {}, [](Caller&, Value*) {
      volatile char room[200 * 1024];
      for (std::size_t i = 0; i < sizeof room; i += 1024) room[i] = 1;
      return HostResult::ok();
    });
    const Instance& instance = runtime.instantiate(R"(
      (import "env" "host" (func $host))
      (func $a (export "run") call $host call $b)
      (func $b call $host call $a))");
    EXPECT_THAT(call(instance, "run"), TrapsWith(TrapCode::stack_overflow));
    return std::string();
  });
}

/// Frames of many parameters and results, which the trampolines put on the native stack.
TEST(MixedTiersTrap, EndlessRecursionWithManyValues) {
  std::string params, gets, results;
  for (int i = 0; i < 500; ++i) {
    params += " i64";
    gets += " local.get " + std::to_string(i);
    results += " f64";
  }
  const std::string drops = "(func $b (export \"run\") (param" + params + ") (result" + results + ")" + gets +
                            " call $a) (func $a (param" + params + ") (result" + results + ")" + gets +
                            " call $b)";
  same_in_every_mix(2, [&](MixedRuntime& runtime) {
    const Instance& instance = runtime.instantiate(drops);
    EXPECT_THAT(call(instance, "run", std::vector<Value>(500)), TrapsWith(TrapCode::stack_overflow));
    return std::string();
  });
}

TEST(MixedTiersTrap, MaxStackBoundsBothTiers) {
  const auto depth = [](std::uint64_t interpreted, std::uint64_t max_stack) {
    StoreLimits limits;
    limits.max_stack_bytes = max_stack;
    MixedRuntime runtime(interpreted, limits);
    const Instance& instance = runtime.instantiate("(func $a (export \"run\") call $b) (func $b call $a)");
    return call(instance, "run").trap->depth;
  };
  for (std::uint64_t interpreted = 0; interpreted < 4; ++interpreted) {
    const std::uint64_t small = depth(interpreted, 128 * 1024), large = depth(interpreted, 1024 * 1024);
    EXPECT_GT(small, 50U) << interpreted;
    EXPECT_GT(large, 6 * small) << interpreted;
    EXPECT_LT(large, 12 * small) << interpreted;
  }
}

}  // namespace
}  // namespace wasmjet::testing
