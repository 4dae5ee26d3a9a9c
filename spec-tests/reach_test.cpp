/// Code so large that jumps, constants, jump tables and frame slots are out of the reach of short
/// instructions. Every module runs in the interpreter too, which says what is right.

#include "spec-tests/runtime_fixture.hpp"

namespace wasmjet::testing {
namespace {

constexpr Bytes::value_type kAnd = 0x71, kLtS = 0x48, kLtU = 0x49, kI64Mul = 0x7E, kI64Xor = 0x85,
                            kI64ExtendU = 0xAD, kF64Add = 0xA0, kF64Const = 0x44, kBrTable = 0x0E,
                            kReturn = 0x0F, kLocalTee = 0x22;

void append(Bytes& to, const Bytes& what) { to.insert(to.end(), what.begin(), what.end()); }

/// Changes local 1 (i64): about 15 bytes of Wasm, and more of machine code, each time.
Bytes filler(std::size_t repetitions) {
  Bytes once = op::local_get(1) + op::i64_const(0x123456789ABCDEF1) + Bytes{kI64Mul} + op::local_set(1);
  Bytes all;
  all.reserve(once.size() * repetitions);
  for (std::size_t i = 0; i < repetitions; ++i) append(all, once);
  return all;
}

/// What the exports `names` of `module` give for each argument, or the trap's text.
std::vector<std::string> outcomes(std::unique_ptr<Executor> executor, const ModuleBuilder& module,
                                  const std::vector<std::int32_t>& arguments,
                                  const std::vector<std::string>& names) {
  Engine engine{std::move(executor)};
  Store store(engine);
  Linker linker(store);
  const auto instantiated =
      linker.instantiate(CompiledModule::decode(engine, module.build(), "test"), "test");
  std::vector<std::string> results;
  for (const std::string& name : names) {
    for (const std::int32_t argument : arguments) {
      const Outcome outcome = call(*instantiated.instance, name, {i32(argument)});
      results.push_back(name + ": " +
                        (outcome.ok() ? std::to_string(outcome.values[0].u64) : outcome.trap->message));
    }
  }
  return results;
}

void expect_as_interpreted(const ModuleBuilder& module, const std::vector<std::int32_t>& arguments,
                           const std::vector<std::string>& names = {"f"}) {
  EXPECT_EQ(outcomes(make_executor(), module, arguments, names),
            outcomes(interpreter::make_executor(), module, arguments, names));
}

/// Jumps of every kind over `repetitions` fillers, forwards and backwards. f(i32) -> i64; local 1: i64,
/// 2: counter, 3: f64.
ModuleBuilder jumps(std::size_t repetitions) {
  const Bytes far = filler(repetitions);
  Bytes body = op::i64_const(1) + op::local_set(1);
  const auto over = [&](const Bytes& condition) {
    append(body, op::block + condition + op::br_if(0));
    append(body, far);
    append(body, op::end);
  };
  // Traps stand behind the function.
  append(body, op::i32_const(1000) + op::local_get(0) + op::i32_div_s + op::drop);
  append(body, op::local_get(3) + Bytes{kF64Const, 1, 2, 3, 4, 5, 6, 7, 0x40, kF64Add} + Bytes{0x21, 3});
  over(op::local_get(0) + op::i32_const(4) + Bytes{kAnd});                // one bit
  over(op::local_get(0) + op::i32_const(0) + Bytes{kLtS});                // the sign
  over(op::local_get(0) + op::i32_const(1) + op::i32_sub + op::i32_eqz);  // zero
  over(op::local_get(0) + op::i32_const(77) + Bytes{kLtU});               // flags
  over(op::local_get(0) + op::i32_const(6) + Bytes{kAnd});                // two bits
  append(body, op::i32_const(2) + op::local_set(2) + op::loop);  // backwards on a bit, on zero, on flags
  append(body, far);
  append(body, op::local_get(2) + op::i32_const(1) + op::i32_sub + Bytes{kLocalTee, 2} + op::i32_const(1) +
                   Bytes{kAnd} + op::br_if(0) + op::end);
  append(body, op::i32_const(2) + op::local_set(2) + op::loop);
  append(body, far);
  append(body,
         op::local_get(2) + op::i32_const(1) + op::i32_sub + Bytes{kLocalTee, 2} + op::br_if(0) + op::end);
  append(body, op::i32_const(2) + op::local_set(2) + op::loop);
  append(body, far);
  append(body, op::local_get(2) + op::i32_const(1) + op::i32_sub + Bytes{kLocalTee, 2} + op::i32_const(0) +
                   Bytes{0x4A} + op::br_if(0) + op::end);
  append(body, op::local_get(1) + op::local_get(3) + Bytes{0xBD, kI64Xor});  // i64.reinterpret_f64
  ModuleBuilder module;
  module.function("f", {{kI32}, {kI64}}, body, {kI64, kI32, kF64});
  return module;
}

const std::vector<std::int32_t> kArguments = {0, 1, 2, 3, 4, 5, 6, 76, 77, 78, 1000, -1, -4, INT32_MIN};

TEST(RuntimeReach, JumpsOfAllDistances) {
  // From some hundred bytes to several times what a conditional jump of AArch64 reaches.
  for (const std::size_t repetitions : {1, 100, 600, 1200, 2500}) {
    SCOPED_TRACE(repetitions);
    expect_as_interpreted(jumps(repetitions), kArguments);
  }
}

TEST(RuntimeReach, FunctionOfSeveralMebibytes) { expect_as_interpreted(jumps(45'000), kArguments); }

/// A table of 100,000 targets, a constant before it, and beyond it a second one.
TEST(RuntimeReach, TablesOfAHundredThousandTargets) {
  constexpr std::uint32_t kTargets = 100'000, kLabels = 5;
  Bytes body;
  for (int table = 0; table < 2; ++table) {
    for (std::uint32_t i = 0; i <= kLabels; ++i) append(body, op::block);
    append(body, op::local_get(0) + Bytes{kBrTable} + uleb(kTargets));
    for (std::uint32_t i = 0; i < kTargets; ++i) append(body, uleb(i * 7 / 3 % kLabels));
    append(body, uleb(kLabels));
    for (std::uint32_t i = 0; i <= kLabels; ++i) {  // label i adds i + 1 in a digit of its own
      append(body, op::end + op::local_get(1) + op::i64_const(10) + Bytes{kI64Mul} +
                       op::i64_const(std::int64_t{i} + 1) + Bytes{0x7C} + op::local_set(1));
    }
  }
  append(body, op::local_get(1));
  ModuleBuilder module;
  module.function("f", {{kI32}, {kI64}}, body, {kI64});
  expect_as_interpreted(module,
                        {0, 1, 2, 3, 4, 5, 6, 99'998, 99'999, 100'000, 100'001, -1, INT32_MAX, INT32_MIN});
}

/// The first function and the last call each other, over `between` functions that take 8 MB of machine code,
/// tables mostly, and 1 MB of Wasm each. Both have the parameter that counts down.
ModuleBuilder calls_over(std::uint32_t between) {
  constexpr std::uint32_t kTargets = 1'000'000;
  const auto calls = [](std::uint32_t callee, std::int64_t factor) {
    return op::block + op::local_get(0) + op::i32_eqz + op::br_if(0) + op::local_get(0) + op::i32_const(1) +
           op::i32_sub + op::call(callee) + op::i64_const(factor) + Bytes{kI64Mul, kReturn} + op::end +
           op::i64_const(7);
  };
  Bytes table = op::block + op::local_get(0) + Bytes{kBrTable} + uleb(kTargets);
  table.resize(table.size() + kTargets + 1);
  append(table, op::end + op::i64_const(1));
  ModuleBuilder module;
  module.function("f", {{kI32}, {kI64}}, calls(between + 1, 3));
  for (std::uint32_t i = 0; i < between; ++i) module.function("", {{kI32}, {kI64}}, table);
  module.function("g", {{kI32}, {kI64}}, calls(0, 5));
  return module;
}

/// 144 MB: AArch64's short call reaches 128 MiB.
TEST(RuntimeReach, CallsOverModulesOfAnySize) {
  const std::vector<std::string> results =
      outcomes(make_executor(), calls_over(18), {0, 1, 2, 5}, {"f", "g"});
  EXPECT_THAT(results, ::testing::ElementsAre("f: 7", "f: 21", "f: 105", "f: 4725", "g: 7", "g: 35", "g: 105",
                                              "g: 7875"));
}

#ifdef WASMJET_JIT
TEST(RuntimeReach, FarCallsInAnyModule) {
  const ModuleBuilder module = calls_over(0);
  EXPECT_EQ(outcomes(jit::make_executor({.far_calls = true}), module, {0, 1, 2, 5}, {"f", "g"}),
            outcomes(interpreter::make_executor(), module, {0, 1, 2, 5}, {"f", "g"}));
}
#endif

/// `count` locals, each of which gets a value of its own and is added up again.
ModuleBuilder many_locals(std::uint32_t count) {
  Bytes body;
  for (std::uint32_t i = 0; i < count; ++i) {
    append(body,
           op::local_get(0) + Bytes{kI64ExtendU} + op::i64_const(i) + Bytes{kI64Xor} + op::local_set(1 + i));
  }
  append(body, op::i64_const(0));
  for (std::uint32_t i = 0; i < count; ++i) {
    append(body, op::i64_const(31) + Bytes{kI64Mul} + op::local_get(1 + i) + Bytes{kI64Xor});
  }
  ModuleBuilder module;
  module.function("f", {{kI32}, {kI64}}, body, std::vector<ValType>(count, kI64));
  return module;
}

TEST(RuntimeReach, FramesOfAllSizes) {
  for (const std::uint32_t count : {1, 20, 30, 40, 64, 500, 4000, 4090, 5000, 40'000}) {
    SCOPED_TRACE(count);
    expect_as_interpreted(many_locals(count), {0, 1, -1, 123456});
  }
}

/// Operands pile up by the thousand; none may be lost or overlap.
TEST(RuntimeReach, DeepOperandStacks) {
  for (const std::uint32_t depth : {10, 30, 60, 300, 5000, 30'000}) {
    SCOPED_TRACE(depth);
    Bytes body;
    for (std::uint32_t i = 0; i < depth; ++i) {
      append(body, op::local_get(0) + op::i32_const(static_cast<std::int32_t>(i)) + op::i32_add +
                       Bytes{kI64ExtendU});
    }
    for (std::uint32_t i = 1; i < depth; ++i) append(body, op::i64_const(3) + Bytes{kI64Mul, kI64Xor});
    ModuleBuilder module;
    module.function("f", {{kI32}, {kI64}}, body);
    expect_as_interpreted(module, {0, 1, -1});
  }
}

/// Loads and stores of every size with static offsets around the limits of addressing modes; where they end
/// beyond the memory they trap and change nothing.
TEST(RuntimeReach, StaticOffsets) {
  constexpr std::uint32_t kPages = 300;  // 19,660,800 bytes: above 2^24
  constexpr std::uint8_t kStores[][3] = {{0x3C, 0x31, 1}, {0x3D, 0x33, 2}, {0x3E, 0x35, 4}, {0x37, 0x29, 8}};
  ModuleBuilder module;
  module.memory(kPages);
  std::vector<std::string> names;
  for (const std::uint64_t offset :
       {0ULL,          1ULL,          3ULL,          255ULL,        256ULL,        257ULL,
        4092ULL,       4095ULL,       4096ULL,       16380ULL,      16381ULL,      32760ULL,
        32761ULL,      32768ULL,      65537ULL,      0xFFFFFEULL,   0x1000000ULL,  0x1000001ULL,
        19'660'792ULL, 19'660'793ULL, 19'660'796ULL, 19'660'799ULL, 19'660'800ULL, 0x7FFFFFFFULL,
        0x80000000ULL, 0xFFFFFFFFULL}) {
    for (const auto& [store, load, size] : kStores) {
      names.push_back("offset " + std::to_string(offset) + ", " + std::to_string(size) + " bytes");
      // The last access is at an address that is known to be in bounds by then.
      module.function(names.back(), {{kI32}, {kI64}},
                      op::local_get(0) + op::i64_const(0x0123456789ABCDEF) + op::access(store, offset) +
                          op::local_get(0) + op::local_get(0) + op::access(load, offset) +
                          op::i64_const(0x1122334455667788) + Bytes{0x7C} + op::access(store, offset) +
                          op::local_get(0) + op::access(load, offset));
    }
  }
  expect_as_interpreted(module, {0, 1, 2, 7, 8}, names);
}

/// A store that crosses the end of the memory leaves the bytes before the end alone.
TEST(RuntimeReach, StoresAcrossTheEndChangeNothing) {
  constexpr std::uint8_t kStores[] = {0x3C, 0x3D, 0x3E, 0x37};
  ModuleBuilder module;
  module.memory(1);
  Bytes body;
  for (std::uint32_t i = 0; i < 4; ++i) {
    for (const std::uint32_t offset : {0U, 5U, 4096U}) {
      module.function("s" + std::to_string(i) + "_" + std::to_string(offset), {{kI32}, {}},
                      op::local_get(0) + op::i64_const(-1) + op::access(kStores[i], offset));
    }
  }
  module.function("f", {{kI32}, {kI64}}, op::local_get(0) + op::access(0x29));
  Runtime runtime;
  const Instance& instance = runtime.instantiate(module);
  for (std::int32_t i = 0; i < 4; ++i) {
    for (const std::int32_t offset : {0, 5, 4096}) {
      for (std::int32_t before = 1; before < 1 << i; ++before) {
        EXPECT_THAT(call(instance, "s" + std::to_string(i) + "_" + std::to_string(offset),
                         {i32(65536 - before - offset)}),
                    TrapsWith(TrapCode::memory_out_of_bounds));
        const Outcome last = call(instance, "f", {i32(65536 - 8)});
        ASSERT_TRUE(last.ok());
        EXPECT_EQ(last.values[0].u64, 0U);
      }
    }
  }
}

}  // namespace
}  // namespace wasmjet::testing
