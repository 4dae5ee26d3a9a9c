/// Jumps over code whose length is guessed when they are emitted, around the length where the guess is wrong;
/// and locals whose frame slots are ordered by use. The same in every tier.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

/// Runs every function of `text` with each argument, in all tiers.
void expect_the_same(const std::string& text, std::uint32_t first, std::uint32_t functions,
                     const std::vector<std::uint32_t>& arguments) {
  const Bytes module{text::assemble_valid(text)};
  std::vector<std::uint64_t> expected;
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    std::size_t at = 0;
    for (std::uint32_t function = first; function < first + functions; ++function) {
      for (const std::uint32_t argument : arguments) {
        Value value{};
        value.u32 = argument;
        const Outcome outcome = running.instance->function(function).call({&value, 1});
        ASSERT_TRUE(outcome.ok()) << tier.name << ": " << outcome.trap->message;
        if (tier.name == tiers()[0].name) expected.push_back(outcome.values[0].u64);
        ASSERT_EQ(outcome.values[0].u64, expected[at++])
            << tier.name << ": function " << function << " of " << argument;
      }
    }
  }
}

/// Few bytes of Wasm that become many of machine code, or the other way round. Of locals $x (i32), $p (i64),
/// $f (f64), and more of them.
const char* const kPieces[] = {
    "(local.set $f (f64.copysign (local.get $f) (local.get $g)))",
    "(local.set $p (i64.trunc_sat_f64_u (local.get $f)))",
    "(local.set $x (i32.trunc_sat_f64_s (local.get $f)))",
    "(local.set $f (f64.convert_i64_u (local.get $p)))",
    "(local.set $p (i64.add (local.get $p) (i64.const 0x123456789abcdef)))",
    "(local.set $x (call $other (local.get $x)))",
    "(local.set $x (call_indirect (param i32) (result i32) (local.get $x) (i32.const 0)))",
    "(local.set $g (f64.min (local.get $f) (local.get $g)))",
    "(memory.fill (i32.const 8) (local.get $x) (i32.const 16))",
    "(local.set $x (i32.xor (local.get $x) (i32.const 5)))",
    "(drop (i64.gt_s (i64.extend_i32_s (local.get $x)) (local.get $p)))",
    "(nop)",
};
const char* const kFrames[] = {
    "(block (br_if 0 (i32.and (local.get $n) (i32.const 1))) {0})",
    "(block (br_if 0 (f64.eq (local.get $f) (local.get $g))) {0})",
    "(block (br_if 0 (f64.ne (local.get $f) (f64.convert_i32_u (local.get $n)))) {0})",
    "(if (i32.and (local.get $n) (i32.const 2)) (then {0}) (else (local.set $x (i32.const 77))))",
    "(if (i32.and (local.get $n) (i32.const 2)) (then (local.set $x (i32.const 77))) (else {0}))",
    "(block (block (br_table 0 1 0 1 (local.get $n))) {0})",
    "(block (block (br_if 1 (i32.eqz (local.get $n))) (br_if 0 (local.get $n)) {0}) {0})",
    "(local.set $x (block (result i32) (br_if 0 (i32.const 9) (local.get $n)) (drop) {0} (local.get $x)))",
    "(block (if (local.get $n) (then (return (local.get $p)))) {0})",
};

std::string declarations(int crowd) {
  std::string text =
      "(func (param $n i32) (result i64) (local $x i32) (local $p i64) (local $f f64) (local $g f64)";
  for (int i = 0; i < crowd; ++i) text += fmt::format("(local $c{} i32)", i);
  text += "(local.set $x (local.get $n)) (local.set $f (f64.const 2.5)) (local.set $g (f64.const -1.25))";
  for (int i = 0; i < crowd; ++i)
    text += fmt::format("(local.set $c{0} (i32.add (local.get $n) (i32.const {0})))", i);
  return text;
}

std::string result(int crowd) {
  std::string text =
      "(i64.reinterpret_f64 (local.get $f)) (i64.reinterpret_f64 (local.get $g)) (i64.xor)"
      "(i64.xor (local.get $p)) (i64.add (i64.extend_i32_u (local.get $x)))";
  for (int i = 0; i < crowd; ++i)
    text += fmt::format("(i64.mul (i64.const 31)) (i64.add (i64.extend_i32_u (local.get $c{})))", i);
  return text;
}

TEST(ForwardJumps, AllTiersReturnTheSame) {
  std::string text =
      "(module (memory 1) (table funcref (elem $other)) (func $other (param i32) (result i32)"
      " (i32.mul (local.get 0) (i32.const 3)))\n";
  std::uint32_t functions = 0;
  for (const char* piece : kPieces) {
    for (const char* frame : kFrames) {
      for (int pieces = 1; pieces <= 24; pieces = pieces * 5 / 4 + 1) {
        for (const int crowd : {0, 20}) {
          std::string body;
          for (int i = 0; i < pieces; ++i) body += piece;
          text += declarations(crowd) + fmt::format(fmt::runtime(frame), body) + result(crowd) + ")\n";
          ++functions;
        }
      }
    }
  }
  expect_the_same(text + ")", 1, functions, {0, 1, 2, 3, 4, 7});
}

/// Locals that must start as zero, among more of them than have registers, of which some are used more.
TEST(LocalSlots, AllTiersReturnTheSame) {
  const char* const kTypes[] = {"i32", "i64", "f32", "f64"};
  std::string text = "(module (func $other (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))\n";
  std::uint32_t functions = 0;
  std::uint32_t state = 1;
  const auto random = [&](std::uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % below;
  };
  for (const int locals : {1, 3, 9, 15, 16, 17, 30, 70, 130, 500}) {
    for (int variant = 0; variant < 12; ++variant) {
      text += "(func (param $n i32) (result i64) (local $sum i64)";
      std::vector<std::string> types;
      for (int i = 0; i < locals; ++i) {
        types.emplace_back(kTypes[random(4)]);
        text += fmt::format("(local $l{} {})", i, types.back());
      }
      const auto as_i64 = [&](int i) {
        const std::string get = fmt::format("(local.get $l{})", i);
        return types[i] == "i32"   ? "(i64.extend_i32_u " + get + ")"
               : types[i] == "i64" ? get
               : types[i] == "f32" ? "(i64.extend_i32_u (i32.reinterpret_f32 " + get + "))"
                                   : "(i64.reinterpret_f64 " + get + ")";
      };
      text += "(loop $again ";
      for (int use = 0; use < locals * 2; ++use) {
        const int local = static_cast<int>(random(locals));
        text += fmt::format("(local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) {}))",
                            as_i64(local));
        if (random(3) == 0) {
          const std::string value = fmt::format("(local.get $l{})", local);
          text +=
              fmt::format("(local.set $l{0} ({1}.add {2} ({1}.const {3})))", local, types[local], value, use);
        }
        if (variant % 2 == 1 && random(8) == 0) text += "(local.set $n (call $other (local.get $n)))";
      }
      text +=
          "(br_if $again (i32.and (local.tee $n (i32.shr_u (local.get $n) (i32.const 1))) (i32.const 1))))";
      for (int i = 0; i < locals; ++i) {
        if (random(2) == 0) text += fmt::format("(local.set $sum (i64.xor (local.get $sum) {}))", as_i64(i));
      }
      text += "(local.get $sum))\n";
      ++functions;
    }
  }
  expect_the_same(text + ")", 1, functions, {0, 3, 0x80000007});
}

}  // namespace
}  // namespace wasmjet::testing
