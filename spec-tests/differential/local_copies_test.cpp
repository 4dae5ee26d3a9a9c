/// Functions with many more locals than registers: what lives in the frame is also kept in registers for a
/// while, and has to be forgotten in time. Random statements over all of them, the same in every tier.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"
#ifdef WASMJET_JIT
#include "jit/jit.hpp"
#endif

namespace wasmjet::testing {
namespace {

constexpr unsigned kIntegers = 20, kWide = 12, kFloats = 24;

/// Text of one function: $iN of type i32, $lN of i64, $fN of f64.
class RandomFunction {
 public:
  explicit RandomFunction(std::uint32_t seed) : random_(seed) {}

  std::string text() {
    std::string out = "(func (export \"f\") (param $p i64) (result i64) (local $rounds i32)\n";
    const auto declare = [&](const char* name, unsigned count, const char* type) {
      for (unsigned n = 0; n < count; ++n) out += fmt::format("(local ${}{} {})", name, n, type);
    };
    declare("i", kIntegers, "i32");
    declare("l", kWide, "i64");
    declare("f", kFloats, "f64");
    // Some begin with zero.
    for (unsigned n = 1; n < kIntegers; n += 2) out += fmt::format("(local.set $i{} {})", n, integer(1));
    for (unsigned n = 1; n < kWide; n += 2) {
      out += fmt::format("(local.set $l{} (i64.mul (local.get $p) (i64.const {})))", n, n * 77 + 1);
    }
    for (unsigned n = 1; n < kFloats; n += 2) {
      out +=
          fmt::format("(local.set $f{} (f64.mul (f64.convert_i64_s (local.get $p)) (f64.const {}.5)))", n, n);
    }
    out += "\n(loop $again\n" + statements(24, 0);
    out +=
        "(br_if $again (i32.lt_u (local.tee $rounds (i32.add (local.get $rounds) (i32.const 1))) (i32.const "
        "3))))\n";
    std::string sum = "(local.get $p)";
    const auto mix = [&](const std::string& value) {
      sum = fmt::format("(i64.add (i64.rotl {} (i64.const 7)) {})", sum, value);
    };
    for (unsigned n = 0; n < kIntegers; ++n) mix(fmt::format("(i64.extend_i32_u (local.get $i{}))", n));
    for (unsigned n = 0; n < kWide; ++n) mix(fmt::format("(local.get $l{})", n));
    for (unsigned n = 0; n < kFloats; ++n) mix(fmt::format("(call $bits (local.get $f{}))", n));
    return out + sum + ")";
  }

 private:
  unsigned below(unsigned count) { return static_cast<unsigned>(random_() % count); }
  std::string integer_local() { return fmt::format("$i{}", below(kIntegers)); }
  std::string wide_local() { return fmt::format("$l{}", below(kWide)); }
  std::string float_local() { return fmt::format("$f{}", below(kFloats)); }

  std::string statements(unsigned count, unsigned depth) {
    std::string out;
    for (unsigned i = 0; i < count; ++i) out += statement(depth) + "\n";
    return out;
  }

  std::string statement(unsigned depth) {
    switch (below(depth < 3 ? 14 : 8)) {
      default:
        return fmt::format("(local.set {} {})", integer_local(), integer(3));
      case 4:
        return fmt::format("(local.set {} {})", wide_local(), wide(3));
      case 5:
        return fmt::format("(local.set {} {})", float_local(), floating(3));
      case 6:
        return fmt::format("(i32.store offset=8 {} {})", address(), integer(2));
      case 7: {  // values of locals that change before they are used
        const std::string a = integer_local();
        return fmt::format(
            "(local.set {0} (i32.sub (local.get {1}) (i32.xor (local.tee {1} {2}) (local.tee {1} "
            "{3}))))",
            integer_local(), a, integer(2), integer(2));
      }
      case 8:
        return fmt::format("(if {} (then {}) (else {}))", integer(2), statements(2, depth + 1),
                           statements(2, depth + 1));
      case 9:
        return fmt::format("(if {} (then {}))", integer(2), statements(2, depth + 1));
      case 10:
        return fmt::format("(block {} (br_if 0 {}) {})", statements(1, depth + 1), integer(2),
                           statements(2, depth + 1));
      case 11:
        return fmt::format("(local.set {} (block (result i32) (drop (br_if 0 {} {})) {} {}))",
                           integer_local(), integer(2), integer(2), statements(2, depth + 1), integer(2));
      case 12:
        return fmt::format("(block (block (block (br_table 0 1 2 (i32.and {} (i32.const 3)))) {}) {})",
                           integer(2), statements(1, depth + 1), statements(1, depth + 1));
      case 13:
        return fmt::format("(local.set {} (call $callee {} {} {}))", integer_local(), integer(2), floating(1),
                           wide(1));
    }
  }

  std::string address() { return fmt::format("(i32.and {} (i32.const 1020))", integer(1)); }

  std::string integer(unsigned depth) {
    if (depth == 0 || below(6) == 0) {
      return below(4) == 0 ? fmt::format("(i32.const {})", static_cast<std::int32_t>(random_()) >> below(32))
                           : fmt::format("(local.get {})", integer_local());
    }
    const unsigned d = depth - 1;
    static const char* const kBinary[] = {"add", "sub", "mul",   "and",   "or",
                                          "xor", "shl", "shr_s", "shr_u", "rotl"};
    static const char* const kCompare[] = {"eq", "ne", "lt_s", "lt_u", "ge_s", "ge_u"};
    switch (below(14)) {
      default:
        return fmt::format("(i32.{} {} {})", kBinary[below(10)], integer(d), integer(d));
      case 5:
      case 6:
        return fmt::format("(local.tee {} {})", integer_local(), integer(d));
      case 7:
        return fmt::format("(i32.{} {} {})", kCompare[below(6)], integer(d), integer(d));
      case 8:
        return fmt::format("(select {} {} (i32.{} {} {}))", integer(d), integer(d), kCompare[below(6)],
                           integer(d), integer(d));
      case 9:
        return fmt::format("(i32.{} {} (i32.or {} (i32.const 1)))", below(2) != 0 ? "div_u" : "rem_u",
                           integer(d), integer(d));
      case 10:
        return fmt::format("(i32.wrap_i64 {})", wide(d));
      case 11:
        return fmt::format("(i32.load offset={} {})", below(2) != 0 ? 8 : 0, address());
      case 12:
        return fmt::format("(f64.{} {} {})", below(2) != 0 ? "lt" : "eq", floating(d), floating(d));
      case 13:
        return fmt::format("(i32.trunc_sat_f64_s {})", floating(d));
    }
  }

  std::string wide(unsigned depth) {
    if (depth == 0) return fmt::format("(local.get {})", wide_local());
    const unsigned d = depth - 1;
    static const char* const kBinary[] = {"add", "sub", "mul", "xor", "or", "rotr", "shr_u"};
    switch (below(6)) {
      default:
        return fmt::format("(i64.{} {} {})", kBinary[below(7)], wide(d), wide(d));
      case 3:
        return fmt::format("(local.tee {} {})", wide_local(), wide(d));
      case 4:
        return fmt::format("(i64.extend_i32_s {})", integer(d));
      case 5:
        return fmt::format("(i64.rem_s {} (i64.const 1237))", wide(d));
    }
  }

  std::string floating(unsigned depth) {
    if (depth == 0) return fmt::format("(local.get {})", float_local());
    const unsigned d = depth - 1;
    static const char* const kBinary[] = {"add", "sub", "mul", "min"};
    switch (below(6)) {
      default:
        return fmt::format("(f64.{} {} {})", kBinary[below(4)], floating(d), floating(d));
      case 3:
        return fmt::format("(local.tee {} {})", float_local(), floating(d));
      case 4:
        return fmt::format("(f64.convert_i32_s {})", integer(d));
      case 5:
        return fmt::format("(select {} {} {})", floating(d), floating(d), integer(d));
    }
  }

  std::mt19937 random_;
};

Bytes random_module(std::uint32_t seed) {
  // NaNs differ in their bits from machine to machine.
  return Bytes{text::assemble_valid(R"((module (memory 1)
    (func $bits (param f64) (result i64)
      (select (i64.reinterpret_f64 (local.get 0)) (i64.const 5) (f64.eq (local.get 0) (local.get 0))))
    (func $callee (param i32 f64 i64) (result i32)
      (i32.xor (i32.rotl (local.get 0) (i32.const 3)) (i32.wrap_i64 (local.get 2))))
    )" + RandomFunction(seed).text() +
                                    ")")};
}

std::uint64_t run(Engine& engine, const Bytes& module, std::int64_t argument) {
  Store store(engine);
  Linker linker(store);
  const auto* instance = linker.instantiate(CompiledModule::decode(engine, module, "random")).instance;
  Value value{};
  value.i64 = argument;
  const Outcome outcome = instance->find_function("f").call({&value, 1});
  EXPECT_TRUE(outcome.ok()) << outcome.trap->message;
  return outcome.ok() ? outcome.values[0].u64 : 0;
}

TEST(LocalCopies, AllTiersComputeTheSame) {
  constexpr std::uint32_t kSeeds = 50;
  std::vector<std::uint64_t> expected;
  for (const Tier& tier : tiers()) {
    Engine engine(tier.make_executor());
    for (std::uint32_t seed = 0; seed < kSeeds; ++seed) {
      const std::uint64_t result = run(engine, random_module(seed), seed * 0x1234'5678'9ABCLL + 3);
      if (expected.size() == seed) expected.push_back(result);
      ASSERT_EQ(result, expected[seed]) << tier.name << ": seed " << seed;
    }
  }
  ASSERT_EQ(expected.size(), kSeeds);
}

#ifdef WASMJET_JIT
/// Each value that comes from a register is compared with the frame.
TEST(LocalCopies, AreWhatTheFrameHolds) {
  for (const bool baseline : {false, true}) {
    Engine engine(jit::make_executor({.assert_invariants = true, .baseline_cpu = baseline}));
    for (std::uint32_t seed = 1000; seed < 1030; ++seed) run(engine, random_module(seed), seed);
  }
}

TEST(LocalCopiesDeathTest, StaleOnesAreNoticed) {
  Engine engine(jit::make_executor({.assert_invariants = true, .keep_stale_copies = true}));
  EXPECT_DEATH(
      {
        for (std::uint32_t seed = 0; seed < 10; ++seed) run(engine, random_module(seed), seed);
      },
      "former value of a local");
}
#endif

}  // namespace
}  // namespace wasmjet::testing
