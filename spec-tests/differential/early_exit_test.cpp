/// Functions that begin with a test and may end by it, and branches to where little is left to do: both are
/// compiled out of order.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

constexpr std::int64_t kValues[] = {0,  1,         2,         3,         7,         -1,
                                    -2, INT32_MAX, INT32_MIN, 1LL << 32, INT64_MAX, INT64_MIN};

/// Tests of the parameters $a and $b of type {0}; some of them leave a local changed.
const char* const kTests[] = {
    "(local.get $a) ({0}.const 2) {0}.lt_u",
    "(local.get $a) ({0}.const 2) {0}.lt_s",
    "({0}.const 2) (local.get $a) {0}.lt_s",
    "({0}.const 3) (local.get $a) {0}.ge_u",
    "(local.get $a) (local.get $b) {0}.eq",
    "(local.get $b) {0}.eqz",
    "(local.get $i)",
    "(local.get $i) i32.eqz",
    "(local.get $a) ({0}.const 1) {0}.and {0}.eqz",
    "({0}.const 5) (local.get $a) {0}.sub ({0}.const 3) {0}.gt_s",
    "(local.get $a) (local.tee $x ({0}.add (local.get $b) ({0}.const 1))) {0}.ne",
    "(local.set $a (local.get $b)) (local.get $a) ({0}.const -1) {0}.eq",
    "({0}.const 7) ({0}.const 8) {0}.lt_u",
    "(local.get $a) ({0}.const 0x7fffffff) {0}.eq",
    "(local.get $a) ({0}.const -0x80000000) {0}.le_s",
    "(local.get $a) (local.get $b) {0}.sub ({0}.const 0) {0}.lt_s",
};
/// With constants that are no immediates.
const char* const kWideTests[] = {
    "(local.get $a) (local.get $b) {0}.sub ({0}.const 0x123456789abc) {0}.lt_s",
    "(local.get $a) (local.get $b) {0}.sub (local.get $a) {0}.xor ({0}.const 0x123456789abc) {0}.lt_s",
    "({0}.const 0x123456789abc) ({0}.const 0x123456789abd) {0}.lt_u",
    "({0}.const 0x123456789) (local.get $a) (local.get $b) {0}.add {0}.sub ({0}.const 0x7fffffffff) {0}.gt_u",
};
/// What is returned early.
const char* const kExits[] = {
    "(local.get $a)",
    "(local.get $x)",
    "({0}.const 42)",
    "(local.get $a) (local.get $b) {0}.add",
    "({0}.const 1) (local.get $b) {0}.sub",
    "(local.get $a) (local.get $x) {0}.xor",
    "(local.get $b) (local.get $a) {0}.sub (local.get $b) {0}.or",
    "(local.set $b (local.get $a)) (local.get $b)",
};
/// How a test leads to an exit: {0} the type, {1} the test, {2} the exit, {3} what else there is.
const char* const kShapes[] = {
    "block {1} br_if 0 {3} return end {2}",
    "block {1} i32.eqz br_if 0 {2} return end {3}",
    "{0}.const 9 local.set $x block block {1} br_if 1 local.get $i br_if 0 {3} return end {3} return end {2}",
    "{1} if {2} return end {3}",
    "{1} if (result {0}) {2} else {3} end",
    "{1} if (result {0}) {3} else {2} end",
    "{1} if (result {0}) {2} else {3} end local.get $b {0}.add",
};

/// What a function does that goes on: a call, so that it is not early, too. {0}: the type, {1}: the
/// function's own index.
const char* const kRests[] = {
    "(call $other (local.get $a)) (local.get $x) {0}.add",
    // Itself, with values around the call, until $fuel is used up.
    "(local.get $b) (local.set $x ({0}.add (local.get $x) ({0}.const 1))) "
    "(if (result {0}) (i32.eqz (local.get $fuel)) (then (local.get $x)) (else "
    "(call {1} (local.get $b) (local.get $x) {2} (i32.shr_u (local.get $i) (i32.const 1)) "
    "          (i32.sub (local.get $fuel) (i32.const 1))) "
    "(local.get $a) {0}.sub (local.get $x) {0}.add)) {0}.xor",
};

/// Parameters between $a, $b and $i: so that fewer registers are left, or none.
const char* const kMoreParameters[] = {"", "(param i32 i32)", "(param f64 f64) (param i32 f32)"};
const char* const kMoreArguments[] = {"", "(i32.const 11) (i32.const 12)",
                                      "(f64.const 1) (f64.const 2) (i32.const 13) (f32.const 3)"};

std::string module_text(std::string_view type, const char* rest_of_all, std::size_t more) {
  std::string text =
      fmt::format("(module (func $other (param {0}) (result {0}) (local.get 0) ({0}.const 3) {0}.mul)", type);
  std::vector<const char*> tests(std::begin(kTests), std::end(kTests));
  if (type == "i64") tests.insert(tests.end(), std::begin(kWideTests), std::end(kWideTests));
  std::uint32_t function = 0;
  for (const char* shape : kShapes) {
    for (const char* test : tests) {
      for (const char* exit : kExits) {
        const auto typed = [&](const char* code) { return fmt::format(fmt::runtime(code), type); };
        const std::string rest =
            fmt::format(fmt::runtime(rest_of_all), type, ++function, kMoreArguments[more]);
        text += fmt::format(
            "(func (export \"{2}\") (param $a {0}) (param $b {0}) {1} (param $i i32) (param $fuel i32) "
            "(result {0}) "
            "(local $x {0}) ",
            type, kMoreParameters[more], function);
        text += fmt::format(fmt::runtime(shape), type, typed(test), typed(exit), rest) + ")\n";
      }
    }
  }
  return text + ")";
}

class EarlyExit : public ::testing::TestWithParam<std::tuple<const char*, const char*, std::size_t>> {};

TEST_P(EarlyExit, AllTiersReturnTheSame) {
  const auto [type, rest, more] = GetParam();
  const Bytes module{text::assemble_valid(module_text(type, rest, more))};
  const bool wide = std::string_view(type) == "i64";
  std::vector<std::uint64_t> expected;
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    std::size_t at = 0;
    for (std::uint32_t f = 1; running.instance->find_function(std::to_string(f)); ++f) {
      const Func function = running.instance->function(f);
      std::vector<Value> args(function.type().params.size());
      args.back().u32 = 3;
      for (const std::int64_t a : kValues) {
        for (const std::int64_t b : {kValues[0], a, kValues[f % std::size(kValues)]}) {
          wide ? args[0].i64 = a : args[0].i32 = static_cast<std::int32_t>(a);
          wide ? args[1].i64 = b : args[1].i32 = static_cast<std::int32_t>(b);
          args[args.size() - 2].u32 = static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b);
          const Outcome outcome = function.call(args);
          ASSERT_TRUE(outcome.ok()) << outcome.trap->message;
          const std::uint64_t result = wide ? outcome.values[0].u64 : outcome.values[0].u32;
          if (tier.name == tiers()[0].name) expected.push_back(result);
          ASSERT_EQ(result, expected[at++]) << fmt::format("{}: function {} of ({}, {})", tier.name, f, a, b);
        }
      }
    }
    ASSERT_EQ(at, expected.size());
    ASSERT_NE(at, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(TypeAndRest, EarlyExit,
                         ::testing::Combine(::testing::Values("i32", "i64"), ::testing::ValuesIn(kRests),
                                            ::testing::Range(std::size_t{0}, std::size(kMoreParameters))),
                         [](const auto& parameter) {
                           return std::string(std::get<0>(parameter.param)) +
                                  (std::get<1>(parameter.param) == kRests[0] ? "Other" : "Itself") +
                                  std::to_string(std::get<2>(parameter.param));
                         });

/// An interpreter's loop: each case leaves the switch, behind which the loop goes on ({0}).
std::string loop_text(std::string_view behind) {
  return fmt::format(R"(
    (module
      (func (param $n i32) (result i64) (local $x i64) (local $steps i64) (local $op i32)
        (loop $l (result i64)
          (block $next
            (block $c (block $b (block $a
              (br_table $a $b $c (i32.rem_u (local.get $n) (i32.const 4))))
              (local.set $x (i64.add (local.get $x) (i64.extend_i32_u (local.get $n))))
              (br $next))
             (local.set $x (i64.rotl (local.get $x) (i64.const 7)))
             (drop (i64.div_u (local.get $x) (i64.const 3)))
             (br $next))
            (if (i32.lt_s (local.get $n) (i32.const 4)) (then (return (i64.add (local.get $x) (local.get $steps)))))
            (local.set $x (i64.xor (local.get $x) (i64.const 0x1234567)))
            (br_if $next (i32.and (local.get $n) (i32.const 8)))
            (i32.const 5)
            (local.set $op (i32.const 1))
            (br $next))
          {0}
          (br $l))))
  )",
                     behind);
}

TEST(BlockTail, AllTiersLoopTheSame) {
  const char* const kBehind[] = {
      "(local.set $n (i32.sub (local.get $n) (i32.const 1)))",
      "(local.set $steps (i64.add (local.get $steps) (i64.const 1))) (local.set $n (i32.add (local.get $n) "
      "(i32.const -1)))",
      "(i32.add (local.get $n) (i32.const -1)) (local.set $n)",
      "(local.set $n (i32.sub (local.get $n) (local.tee $op (i32.const 1)))) (local.set $steps (local.get "
      "$x))",
  };
  for (const char* behind : kBehind) {
    const Bytes module{text::assemble_valid(loop_text(behind))};
    std::vector<std::uint64_t> expected;
    for (const Tier& tier : tiers()) {
      const TierInstance running(tier, module);
      for (std::int32_t n = 0; n < 200; ++n) {
        Value args[1] = {};
        args[0].i32 = n * 4 + 3;
        const Outcome outcome = running.instance->function(0).call(args);
        ASSERT_TRUE(outcome.ok()) << outcome.trap->message;
        if (tier.name == tiers()[0].name) expected.push_back(outcome.values[0].u64);
        ASSERT_EQ(outcome.values[0].u64, expected[static_cast<std::size_t>(n)])
            << tier.name << ": " << behind << " of " << n;
      }
    }
  }
}

}  // namespace
}  // namespace wasmjet::testing
