/// `x & -x`, `x & (x - 1)` and `x & ~y`, which some CPUs have an instruction for, and what looks like them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

/// Of $x and $y of type {0}.
const char* const kExpressions[] = {
    "({0}.and (local.get $x) ({0}.sub ({0}.const 0) (local.get $x)))",
    "({0}.and ({0}.sub ({0}.const 0) (local.get $x)) (local.get $x))",
    "({0}.and (local.get $x) ({0}.add (local.get $x) ({0}.const -1)))",
    "({0}.and ({0}.add (local.get $x) ({0}.const -1)) (local.get $x))",
    "({0}.and ({0}.add ({0}.const -1) (local.get $x)) (local.get $x))",
    "({0}.and (local.get $x) ({0}.xor (local.get $y) ({0}.const -1)))",
    "({0}.and ({0}.xor (local.get $y) ({0}.const -1)) (local.get $x))",
    ("({0}.and ({0}.xor (local.tee $x ({0}.add (local.get $x) (local.get $y))) ({0}.const -1)) (local.get "
     "$y))"),
    ("({0}.and ({0}.add (local.get $x) (local.get $y)) ({0}.xor ({0}.mul (local.get $x) (local.get $y)) "
     "({0}.const -1)))"),
    "({0}.and (local.get $x) ({0}.xor (local.get $x) ({0}.const -1)))",
    // Not quite.
    "({0}.and ({0}.const 12345) ({0}.xor (local.get $y) ({0}.const -1)))",
    "({0}.or ({0}.xor (local.get $y) ({0}.const -1)) (local.get $x))",
    "({0}.and (local.get $x) ({0}.xor (local.get $y) ({0}.const 0xffffffff)))",
    "({0}.and (local.get $x) (block (result {0}) ({0}.xor (local.get $y) ({0}.const -1))))",
    "({0}.and (local.get $y) ({0}.sub ({0}.const 0) (local.get $x)))",
    "({0}.and ({0}.add (local.get $x) ({0}.const -1)) (local.get $y))",
    "({0}.and (local.get $x) ({0}.add (local.get $x) ({0}.const 0xffffffff)))",
    "({0}.and (local.get $x) ({0}.sub (local.get $x) ({0}.const 1)))",
    "({0}.or (local.get $x) ({0}.sub ({0}.const 0) (local.get $x)))",
    "({0}.and (local.get $x) ({0}.sub ({0}.const 0) (local.tee $x (local.get $y))))",
    "({0}.and (local.tee $x (local.get $y)) ({0}.add (local.get $x) ({0}.const -1)))",
    "({0}.and (local.get $x) (block (result {0}) ({0}.add (local.get $x) ({0}.const -1))))",
    "({0}.sub (local.get $y) ({0}.and (local.get $x) ({0}.sub ({0}.const 0) (local.get $x))))",
};
/// What is done with it ({1}).
const char* const kUses[] = {
    "{1}",
    "(local.set $x {1}) (local.get $x)",
    "(local.set $y {1}) ({0}.xor (local.get $y) (local.get $x))",
    "(if (result {0}) ({0}.eqz (local.tee $x {1})) (then ({0}.const 77)) (else (local.get $x)))",
    "(select ({0}.const 5) (local.get $y) ({0}.ne ({0}.const 0) {1}))",
    "(block (br_if 0 ({0}.eqz {1})) (local.set $y ({0}.const 9))) (local.get $y)",
};
/// Locals used more often than $x and $y, in a loop: these then live in the frame.
constexpr const char* kOthers =
    "(loop (local.set $a ({0}.add (local.get $a) (local.get $b)))"
    " (local.set $c ({0}.add (local.get $c) (local.get $d)))"
    " (local.set $e ({0}.add (local.get $e) (local.get $f)))"
    " (local.set $g ({0}.add (local.get $g) (local.get $h))))";

std::string module_text(std::string_view type) {
  std::string text = "(module";
  std::size_t functions = 0;
  for (const char* expression : kExpressions) {
    const std::string value = fmt::format(fmt::runtime(expression), type);
    for (const char* use : kUses) {
      for (const std::string& others : {std::string(), fmt::format(fmt::runtime(kOthers), type)}) {
        text += fmt::format(
            "(func (export \"{1}\") (param $x {0}) (param $y {0}) (result {0}) (local $a {0}) (local $b {0}) "
            "(local $c {0}) (local $d {0}) (local $e {0}) (local $f {0}) (local $g {0}) (local $h {0}) {2} "
            "{3})\n",
            type, functions++, others, fmt::format(fmt::runtime(use), type, value));
      }
    }
  }
  return text + ")";
}

class BitInstructions : public ::testing::TestWithParam<const char*> {};

TEST_P(BitInstructions, AllTiersReturnTheSame) {
  constexpr std::int64_t kValues[] = {0,         1,         2,         6,         -1,        -2,        96,
                                      INT32_MAX, INT32_MIN, 1LL << 32, INT64_MAX, INT64_MIN, -1LL << 32};
  const bool wide = std::string_view(GetParam()) == "i64";
  const Bytes module{text::assemble_valid(module_text(GetParam()))};
  std::vector<std::uint64_t> expected;
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    std::size_t at = 0;
    for (std::uint32_t f = 0; running.instance->find_function(std::to_string(f)); ++f) {
      for (const std::int64_t x : kValues) {
        for (const std::int64_t y : {x, INT64_C(0x123456789)}) {
          Value args[2] = {};
          wide ? args[0].i64 = x : args[0].i32 = static_cast<std::int32_t>(x);
          wide ? args[1].i64 = y : args[1].i32 = static_cast<std::int32_t>(y);
          const Outcome outcome = running.instance->function(f).call(args);
          ASSERT_TRUE(outcome.ok()) << outcome.trap->message;
          const std::uint64_t result = wide ? outcome.values[0].u64 : outcome.values[0].u32;
          if (tier.name == tiers()[0].name) expected.push_back(result);
          ASSERT_EQ(result, expected[at++]) << fmt::format("{}: function {} of ({}, {})", tier.name, f, x, y);
        }
      }
    }
    ASSERT_EQ(at, std::size(kExpressions) * std::size(kUses) * 2 * std::size(kValues) * 2);
  }
}

INSTANTIATE_TEST_SUITE_P(Types, BitInstructions, ::testing::Values("i32", "i64"));

}  // namespace
}  // namespace wasmjet::testing
