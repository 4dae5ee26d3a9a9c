#include <gmock/gmock.h>

#include <thread>

#include "runtime/watchdog.hpp"
#include "spec-tests/mixed_tiers_fixture.hpp"

// Functions of the two tiers call each other: values, memories, tables, modules, ends by exit and timeout.
// Traps and the stack: mixed_tiers_trap_test.cpp.

namespace wasmjet::testing {
namespace {

TEST(MixedTiers, ValuesOfAllTypesInRegistersAndOnTheStack) {
  const auto shown = same_in_every_mix(3, [](MixedRuntime& runtime) {
    return describe_call(runtime.instantiate(R"(
      (type $many (func
        (param i32 i64 f32 f64 funcref externref i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 f32 f64 f32 f64
               i32 i64)
        (result i64 f64 f32 i32 i64 f64 f32 i32 i32 i32)))
      (func $leaf (type $many)
        local.get 23 local.get 21 local.get 20 local.get 22 local.get 1 local.get 3 local.get 2 local.get 0
        local.get 4 ref.is_null local.get 5 ref.is_null)
      (func $middle (type $many)
        local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5 local.get 6 local.get 7 local.get 8
        local.get 9 local.get 10 local.get 11 local.get 12 local.get 13 local.get 14 local.get 15 local.get 16
        local.get 17 local.get 18 local.get 19 local.get 20 local.get 21 local.get 22 local.get 23
        call $leaf)
      (elem declare func $leaf)
      (func (export "run") (result i64 f64 f32 i32 i64 f64 f32 i32 i32 i32)
        i32.const -1 i64.const -2 f32.const 1.5 f64.const -2.5 ref.func $leaf ref.null extern
        i32.const 6 i64.const 7 f32.const 8 f64.const 9 i32.const 10 i64.const 11 f32.const 12 f64.const 13
        i32.const 14 i64.const 15 f32.const 16 f64.const 17 f32.const 18 f64.const 19 f32.const 20 f64.const 21
        i32.const -22 i64.const -23
        call $middle))"),
                         "run");
  });
  EXPECT_EQ(shown,
            "ffffffffffffffe9 4035000000000000 41a00000 ffffffea fffffffffffffffe c004000000000000 3fc00000 "
            "ffffffff 0 1");
}

/// An i32 that crosses has a clean upper half on the other side, whatever the interpreter's slot held.
TEST(MixedTiers, UpperHalvesAreClean) {
  const auto shown = same_in_every_mix(3, [](MixedRuntime& runtime) {
    return describe_call(runtime.instantiate(R"(
      (memory 1) (data (i32.const 8) "\2a")
      (func $low (param i64) (result i32) local.get 0 i32.wrap_i64)
      (func $load (param i32) (result i32) local.get 0 i32.load)
      (func (export "run") (result i32) i64.const 0x7777777700000008 call $low call $load))"),
                         "run");
  });
  EXPECT_EQ(shown, "2a");
}

TEST(MixedTiers, CallsThroughTables) {
  const auto shown = same_in_every_mix(4, [](MixedRuntime& runtime) {
    return describe_call(runtime.instantiate(R"(
      (type $binary (func (param i32 i32) (result i32)))
      (table funcref (elem $add $sub $up))
      (func $add (type $binary) local.get 0 local.get 1 i32.add)
      (func $sub (type $binary) local.get 0 local.get 1 i32.sub)
      (func $up (type $binary) local.get 0 local.get 1 local.get 0 i32.const 1 i32.and call_indirect (type $binary))
      (func (export "run") (result i32)
        i32.const 7 i32.const 5 i32.const 2 call_indirect (type $binary)
        i32.const 8 i32.const 5 i32.const 2 call_indirect (type $binary)
        i32.const 16 i32.mul i32.add))"),
                         "run");
  });
  EXPECT_EQ(shown, "d2");  // 2 + 16 * 13
}

constexpr std::string_view kLibrary = R"(
  (global $calls (export "calls") (mut i32) (i32.const 0))
  (memory (export "memory") 1)
  (table (export "table") 4 funcref)
  (func $pair (export "pair") (param i32) (result i32 i64)
    global.get $calls i32.const 1 i32.add global.set $calls
    local.get 0 i32.load
    i64.const 99))";

TEST(MixedTiers, ModulesShareFunctionsMemoryTableAndGlobals) {
  const auto shown = same_in_every_mix(4, [](MixedRuntime& runtime) {
    runtime.instantiate(kLibrary, "library");
    return describe_call(runtime.instantiate(R"(
      (import "library" "pair" (func $pair (param i32) (result i32 i64)))
      (import "library" "calls" (global $calls (mut i32)))
      (import "library" "memory" (memory 1))
      (import "library" "table" (table 4 funcref))
      (type $own (func (param i32) (result i32)))
      (func $own (type $own) local.get 0 call $pair drop)
      (elem (i32.const 2) func $own $pair)
      (func $store (param i32) local.get 0 i32.const 0x1234 i32.store)
      (func (export "run") (result i32 i64 i32 i32)
        i32.const 16 call $store
        i32.const 16 call $pair
        i32.const 16 i32.const 2 call_indirect (type $own)
        global.get $calls))",
                                             "app"),
                         "run");
  });
  EXPECT_EQ(shown, "1234 63 1234 2");
}

TEST(MixedTiers, AGrownMemoryIsSeenByTheOtherTier) {
  const auto shown = same_in_every_mix(3, [](MixedRuntime& runtime) {
    return describe_call(runtime.instantiate(R"(
      (memory 1 10)
      (func $grow (result i32) i32.const 2 memory.grow)
      (func $touch (param i32) (result i32)
        local.get 0 i32.const 7 i32.store8  call $grow drop
        local.get 0 i32.load8_u  local.get 0 i32.const 131072 i32.add i32.load8_u  i32.add)
      (func (export "run") (result i32 i32 i32)
        i32.const 65535 i32.load8_u drop
        call $grow
        i32.const 131072 i32.const 5 i32.store8
        i32.const 131072 call $touch
        i32.const 262144 i32.load8_u  memory.size  i32.add))"),
                         "run");
  });
  EXPECT_EQ(shown, "1 7 5");
}

TEST(MixedTiers, StartFunctions) {
  const auto shown = same_in_every_mix(2, [](MixedRuntime& runtime) {
    const Instance& instance = runtime.instantiate(R"(
      (global $g (export "g") (mut i32) (i32.const 0))
      (func $set i32.const 17 global.set $g)
      (func $start call $set)
      (start $start))");
    const Instantiated failed =
        runtime.try_instantiate("(func unreachable) (func $start call 0) (start $start)");
    return std::to_string(instance.find_global("g")->get().i32) + " " + describe(*failed.trap);
  });
  EXPECT_EQ(shown, "17 unreachable <- test.func[0]+27 <- test.func[1]+31");
}

TEST(MixedTiers, HostFunctionsBetween) {
  const auto shown = same_in_every_mix(4, [](MixedRuntime& runtime) {
    const Instance* instance = nullptr;
    runtime.host("back", {{kI32}, {kI32}}, [&](Caller& caller, Value* values) {
      EXPECT_EQ(caller.instance(), instance);
      values[0].i32 = call(*instance, "leaf", {i32(values[0].i32 + 1)}).values[0].i32;
      return HostResult::ok();
    });
    instance = &runtime.instantiate(R"(
      (import "env" "back" (func $back (param i32) (result i32)))
      (func (export "leaf") (param i32) (result i32) local.get 0 i32.const 3 i32.mul)
      (func $middle (param i32) (result i32) local.get 0 call $back i32.const 1 i32.add)
      (func (export "run") (result i32) i32.const 5 call $middle i32.const 6 call $back i32.mul))");
    return describe_call(*instance, "run");
  });
  EXPECT_EQ(shown, "18f");  // (18 + 1) * 21
}

TEST(MixedTiers, ExitLeavesFromAnyDepth) {
  const auto shown = same_in_every_mix(3, [](MixedRuntime& runtime) {
    runtime.host("exit", {{kI32}, {}},
                 [](Caller&, Value* values) { return HostResult::exit(values[0].u32); });
    const Instance& instance = runtime.instantiate(R"(
      (import "env" "exit" (func $exit (param i32)))
      (func $a (export "run") (param i32) local.get 0 call $b unreachable)
      (func $b (param i32)
        local.get 0 i32.eqz if i32.const 9 call $exit end
        local.get 0 i32.const 1 i32.sub call $a unreachable))");
    const Outcome outcome = call(instance, "run", {i32(300)});
    return outcome.ok() || outcome.trap->code != TrapCode::exit ? "no exit"
                                                                : std::to_string(outcome.trap->exit_status);
  });
  EXPECT_EQ(shown, "9");
}

/// 400'000 crossings: nothing may stay behind on either stack.
TEST(MixedTiers, ManyCrossings) {
  const auto shown = same_in_every_mix(2, [](MixedRuntime& runtime) {
    return describe_call(runtime.instantiate(R"(
      (func $next (param i32 i64) (result i64 i32)
        local.get 1 i64.const 3 i64.add  local.get 0 i32.const 1 i32.sub)
      (func (export "run") (result i64) (local $n i32) (local $sum i64)
        i32.const 100000 local.set $n
        loop
          local.get $n local.get $sum call $next local.set $n local.set $sum
          local.get $n br_if 0
        end
        local.get $sum))"),
                         "run");
  });
  EXPECT_EQ(shown, "493e0");
}

/// Loops in one tier or across both end at a timeout, with the whole backtrace.
TEST(MixedTiers, TimeoutsEndLoopsOfBothTiers) {
  for (std::uint64_t interpreted = 0; interpreted < 8; ++interpreted) {
    for (const char* const name : {"spin", "cross"}) {
      MixedRuntime runtime(interpreted);
      const Instance& instance = runtime.instantiate(R"(
        (func $leaf (param i32) (result i32) local.get 0 i32.const 1 i32.add)
        (func $spin loop br 0 end)
        (func (export "spin") call $spin)
        (func (export "cross") (local i32) loop local.get 0 call $leaf local.set 0 br 0 end))");
      Watchdog watchdog(kTimeout);
      watchdog.watch(&runtime.store);
      const Outcome outcome = call(instance, name);
      watchdog.watch(nullptr);
      ASSERT_THAT(outcome, TrapsWith(TrapCode::interrupted)) << name << " with the set " << interpreted;
      const std::vector<TraceFrame>& frames = outcome.trap->frames;
      ASSERT_FALSE(frames.empty());
      const std::uint32_t outermost = frames.back().function;
      if (name == std::string_view("spin")) {
        EXPECT_EQ(outermost, 2U);
      } else {  // within the prologue of $leaf its caller is not linked yet
        EXPECT_TRUE(outermost == 3U || outermost == 0U) << outermost;
      }
    }
  }
}

/// A vector has no representation in compiled code yet. As a local that nothing computes with the interpreter
/// takes it.
constexpr std::string_view kUnsupported = R"(
  (func $odd (param i32) (result i32) (local v128) local.get 0 i32.const 1 i32.add)
  (func (export "run") (result i32) i32.const 1 call $odd call $odd))";

TEST(MixedTiers, WhatCannotBeCompiledIsInterpreted) {
  jit::JitOptions options;
  options.interpret_unsupported = true;
  Engine engine(jit::make_executor(options));
  Store store(engine);
  Linker linker(store);
  const auto module = CompiledModule::decode(engine, text::assemble(kUnsupported));
  const Instance& instance = *linker.instantiate(module).instance;
  EXPECT_EQ(instance.code().stats().interpreted_functions, 1U);
  EXPECT_EQ(describe_call(instance, "run"), "3");
}

TEST(MixedTiers, WithoutLeaveToInterpretItIsAnError) {
  MixedRuntime runtime(0);
  try {
    runtime.instantiate(kUnsupported);
    FAIL() << "compiled";
  } catch (const ModuleError& error) {
    EXPECT_EQ(error.kind(), ModuleErrorKind::unsupported);
    EXPECT_STREQ(error.what(), "function 0: a local of type v128 is not compiled yet");
  }
}

/// What was emitted of a function before the compiler gave it up must leave no trace in its neighbours.
TEST(MixedTiers, NeighboursOfAGivenUpFunction) {
  jit::JitOptions options;
  options.interpret_unsupported = true;
  Engine engine(jit::make_executor(options));
  const auto module = CompiledModule::decode(engine, text::assemble(R"(
    (func $before (result i32) unreachable)
    (func (local v128))
    (func $after (export "run") (param i32) (result i32) local.get 0 if call $before drop end i32.const 4)
    (func (export "odd") call 1))"));
  Store store(engine);
  const Instance& instance = *Linker(store).instantiate(module).instance;
  EXPECT_EQ(describe_call(instance, "run", {i32(0)}), "4");
  EXPECT_THAT(describe_call(instance, "run", {i32(1)}), ::testing::StartsWith("unreachable <- "));
  EXPECT_EQ(describe_call(instance, "odd"), "");
  EXPECT_EQ(module->code()->map().functions.size(), 3U);
}

}  // namespace
}  // namespace wasmjet::testing
