/// Loops that begin with a br_table, whose header is compiled again where a case ends. The same in every
/// tier.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

/// A reproducible choice.
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed) {}
  std::uint32_t operator()(std::uint32_t below) {
    state_ = state_ * 1664525 + 1013904223;
    return (state_ >> 8) % below;
  }
  template <std::size_t n>
  const char* of(const char* const (&choices)[n]) {
    return choices[(*this)(n)];
  }

 private:
  std::uint32_t state_;
};

/// What computes the index: one value of type i32.
const char* const kIndices[] = {
    "(i32.load8_u (local.get $pc))",
    "(i32.and (i32.load8_u (local.get $pc)) (i32.const 15))",
    "(i32.load8_s offset=3 (local.tee $pc (i32.add (local.get $pc) (i32.const 1))))",
    "(i32.shr_u (local.tee $x (i32.load16_u offset=100 (local.get $pc))) (i32.const 12))",
    "(i32.and (i32.wrap_i64 (i64.load offset=65500 (local.get $pc))) (i32.const 7))",  // leaves memory
    "(i32.sub (i32.load8_u (local.tee $c17 (local.get $pc))) (i32.extend8_s (local.get $c19)))",
    "(i32.clz (i32.shl (i32.load (local.get $pc)) (local.get $c3)))",
    "(local.get $x)",
    "(i32.and (local.get $c18) (i32.const 7))",
};
/// What stands in the header before it.
const char* const kBefore[] = {
    "",
    "",
    "(local.set $pc (i32.add (local.get $pc) (i32.const 1)))",
    "(local.set $x (i32.load8_u offset=50 (local.get $pc)))",
    "(local.set $c18 (local.get $x))",
    "(local.set $sum (i64.xor (local.get $sum) (i64.const 0x5555)))",
    "(nop)",  // no header then
    "(local.set $c2 (i32.mul (local.get $x) (local.get $c16)))",
    "(br_if $out (i32.eqz (local.get $fuel)))",
    R"((local.get $x) (local.get $x) (local.get $x) (local.get $x) (local.get $x) (local.get $x)
        (local.set $x (i32.const 1)) (i32.add) (i32.add) (i32.add) (i32.add) (i32.add) (local.set $x))",
};
const char* const kBodies[] = {
    "(local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.extend_i32_u (local.get $x))))",
    "(local.set $x (i32.add (local.get $x) (i32.const 1)))",
    "(local.set $x (call $other (local.get $x)))",
    "(local.set $c19 (i32.xor (local.get $c19) (local.get $c1)))",
    "(i32.store8 (i32.and (local.get $x) (i32.const 255)) (local.get $pc))",
    "(local.set $f (f64.add (local.get $f) (f64.convert_i32_s (local.get $x))))",
    "(local.set $c5 (i32.trunc_sat_f64_s (local.get $f)))",
    R"((loop $inner (br_if $inner (i32.and (local.tee $x (i32.shr_u (local.get $x) (i32.const 1)))
        (i32.const 1)))))",
    "(if (i32.and (local.get $x) (i32.const 1)) (then (local.set $x (i32.const 100)) (br $again)))",
    "(br_if $again (i32.and (local.get $x) (i32.const 2)))",
    "(br_if $out (i32.eq (local.get $x) (i32.const 77)))",
    R"((local.set $x (block (result i32) (i32.const 5) (local.get $c7) (br_if 0 (local.get $x)) (drop) (drop)
        (i32.const 6) (br $again))))",
    R"((i32.const 3) (if (result i32) (local.get $x) (then (i32.const 4)) (else (local.get $x) (br $again)))
        (i32.add) (local.set $x))",
    "(block $deep (br_table $deep $again $out $again $deep (i32.and (local.get $x) (i32.const 15))))",
    // Operands in the slots of an outer block, as many as there are anywhere.
    R"((local.get $x) (local.get $pc) (i32.const 3) (local.get $x) (local.get $pc) (local.get $x)
        (local.get $x) (local.get $x) (if (local.get $x) (then (br $again))) (i32.add) (i32.add) (i32.add) (i32.add) (i32.add)
        (i32.add) (i32.add) (local.set $x))",
    "(block $tail (br_if $tail (local.get $x)) (br $tail)) (local.set $c4 (local.get $pc)) (br $again)",
    R"((loop (if (i32.eqz (i32.and (local.tee $x (i32.sub (local.get $x) (i32.const 3))) (i32.const 4)))
        (then (br $again))) (br_if 0 (i32.and (local.get $x) (i32.const 1)))))",
};
const char* const kEnds[] = {
    "(br $again)",
    "(br $again)",
    "(br $next)",
    "",  // goes on with the next case
    "(local.get $sum) (local.get $x) (br $again)",
    "(br_if $again (local.get $fuel)) (br $out)",
    "(return (local.get $sum))",
};

constexpr int kCrowd = 20;  ///< more locals than registers, with $pc and the like

std::string interpreter(Random& random) {
  std::string text =
      "(func (param $pc i32) (param $fuel i32) (result i64) (local $x i32) (local $sum i64) (local $f f64)";
  for (int i = 0; i < kCrowd; ++i) text += fmt::format("(local $c{} i32)", i);
  const std::uint32_t crowd = random(kCrowd + 1);  // those that are used
  for (std::uint32_t i = 0; i < crowd; ++i) text += fmt::format("(local.set $c{0} (i32.const {0}))", i);
  const std::uint32_t cases = 1 + random(12);
  text += "(block $out (loop $again ";
  text += random.of(kBefore);
  text += "(block $next ";
  for (std::uint32_t i = cases; i-- != 0;) {
    text += fmt::format("(block $case{} ", i);
    if (i == cases / 2) text += random.of(kBefore);
  }
  text += random.of(kBefore);
  text += "(br_table";
  for (std::uint32_t i = random(16); i != 0; --i) text += fmt::format(" $case{}", random(cases));
  text += random(4) == 0 ? " $out" : " $next";
  text += fmt::format(" {}))", random.of(kIndices));
  for (std::uint32_t i = 0; i < cases; ++i) {
    // What is left of the fuel, so that every run ends.
    text +=
        "(br_if $out (i32.lt_s (local.tee $fuel (i32.sub (local.get $fuel) (i32.const 1))) (i32.const 0)))";
    for (std::uint32_t n = random(4); n != 0; --n) text += random.of(kBodies);
    text += random.of(kEnds);
    if (i + 1 < cases) text += ")";
  }
  text += ")";
  if (random(2) == 0) text += "(local.set $pc (i32.add (local.get $pc) (i32.const 1)))";
  text +=
      "(br_if $out (i32.lt_s (local.tee $fuel (i32.sub (local.get $fuel) (i32.const 1))) (i32.const 0)))"
      "(br $again)))"
      "(i64.add (i64.xor (local.get $sum) (i64.reinterpret_f64 (local.get $f))) (i64.extend_i32_u"
      " (i32.add (local.get $pc) (i32.mul (local.get $x) (i32.const 1000003)))))";
  for (std::uint32_t i = 0; i < crowd; ++i)
    text += fmt::format("(i64.mul (i64.const 31)) (i64.add (i64.extend_i32_u (local.get $c{})))", i);
  return text + ")\n";
}

/// What a call gave: its value, or the trap and where it was.
std::string described(const Outcome& outcome) {
  if (outcome.ok()) return fmt::format("{:#x}", outcome.values[0].u64);
  const Trap& trap = *outcome.trap;
  return fmt::format("{} at {:#x}", trap.message, trap.frames.empty() ? 0 : trap.frames[0].offset);
}

TEST(Dispatch, AllTiersReturnTheSame) {
  Random random(1);
  constexpr std::uint32_t kFunctions = 400;
  std::string text = "(module (memory 1) (data (i32.const 0) \"";
  for (int i = 0; i < 4096; ++i) text += fmt::format("\\{:02x}", random(random(8) == 0 ? 256 : 16));
  text += "\") (func $other (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))\n";
  for (std::uint32_t i = 0; i < kFunctions; ++i) text += interpreter(random);
  const Bytes module{text::assemble_valid(text + ")")};
  std::vector<std::string> expected;
  std::size_t traps = 0;
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    std::size_t at = 0;
    for (std::uint32_t function = 1; function <= kFunctions; ++function) {
      for (const std::uint32_t pc : {0U, 1000U, 65530U}) {
        for (const std::uint32_t fuel : {0U, 1U, 2U, 3U, 500U}) {
          Value arguments[2]{};
          arguments[0].u32 = pc;
          arguments[1].u32 = fuel;
          const Outcome outcome = running.instance->function(function).call(arguments);
          if (&tier == &tiers()[0]) {
            expected.push_back(described(outcome));
            traps += outcome.ok() ? 0 : 1;
          }
          ASSERT_EQ(described(outcome), expected[at++])
              << tier.name << ": function " << function << " from " << pc << " with " << fuel;
        }
      }
    }
  }
  EXPECT_GT(traps, 100U);
}

/// The copied header's operands stand above others, which take all of the frame that validation has found: it
/// needs as many slots as it has evicted operands.
TEST(Dispatch, OperandsOfTheHeaderHaveSlots) {
  std::string gets, adds, drops;
  for (int i = 0; i < 7; ++i) {
    gets += "(local.get $p)";
    adds += i == 0 ? "" : "(i32.add)";
    drops += "(drop)";
  }
  const std::string text =
      "(module (memory 1)"
      "(func $deep (param i32) (result i32) (if (result i32) (local.get 0)"
      " (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const "
      "0))))"
      "(func $f (param $a i32) (param $b i32) (result i32) (local $p i32)"
      " (block $out (loop $again (block $c (block $d " +
      gets + "(local.set $p (i32.const 1))" + adds + "(br_table $d $out $out $out $out $out $out $c $out))" +
      gets + "(local.get $p) (block (br $again))" + drops +
      "(drop)) (drop (call $deep (i32.const 20))))) (i32.add (local.get $a) (local.get $b)))"
      "(func (param $x i32) (result i32) (local $i i32) (loop $l"
      " (local.set $x (i32.add (local.get $x) (call $f (local.get $i) (i32.const 5))))"
      " (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))"
      " (local.get $x)))";
  const Bytes module{text::assemble_valid(text)};
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    Value argument{};
    argument.u32 = 7;
    const Outcome outcome = running.instance->function(2).call({&argument, 1});
    ASSERT_TRUE(outcome.ok()) << tier.name;
    EXPECT_EQ(outcome.values[0].u32, 25U) << tier.name;
  }
}

}  // namespace
}  // namespace wasmjet::testing
