/// Comparisons whose boolean goes to a local before something branches by it, with or without other locals
/// set in between; and floats of which the lesser or greater is selected. The same in every tier.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

/// Of $x and $y, of type i32, and $p and $q, of type i64.
const char* const kConditions[] = {
    "(i32.eq (local.get $x) (local.get $y))",
    "(i32.lt_s (local.get $x) (local.get $y))",
    "(i32.ge_u (local.get $x) (i32.const 7))",
    "(i32.ne (local.get $x) (i32.const 0))",
    "(i32.eqz (local.get $x))",
    "(i32.eqz (i32.and (local.get $x) (local.get $y)))",
    "(i32.eq (i32.and (local.get $x) (i32.const 6)) (i32.const 0))",
    "(i32.ne (i32.sub (local.get $x) (local.get $y)) (i32.const 0))",
    "(i64.gt_u (local.get $p) (local.get $q))",
    "(i64.le_s (local.get $p) (i64.const -2))",
    "(i64.eqz (local.get $p))",
    "(i64.ne (i64.and (local.get $p) (local.get $q)) (i64.const 0))",
    "(f64.lt (f64.convert_i64_s (local.get $p)) (f64.convert_i64_s (local.get $q)))",
    "(f64.ge (f64.convert_i32_u (local.get $x)) (f64.const nan))",
    "(f64.ne (f64.convert_i64_s (local.get $p)) (f64.convert_i64_s (local.get $q)))",
};
/// What is set between the boolean, $c, and who reads it.
const char* const kBetween[] = {
    "",
    "(local.set $a (local.get $x))",
    "(local.set $x (local.get $y)) (local.set $y (local.get $a))",
    "(local.set $a (i32.add (local.get $a) (i32.const 1)))",
    "(local.set $x (i32.add (local.get $x) (i32.const -3)))",
    "(local.set $p (i64.add (local.get $q) (i64.const 0x7fffffff)))",
    "(local.set $p (i64.add (local.get $p) (i64.const 0x80000000)))",
    "(local.set $a (i32.add (local.get $a) (i32.const -2147483648))) (local.set $x (local.get $a))",
    "(local.set $a (local.get $c))",
    "(local.set $a (i32.add (local.get $c) (i32.const 5)))",
    "(local.set $c (local.get $x))",
    "(local.set $c (i32.add (local.get $x) (i32.const 1)))",
    ("(local.set $x (local.get $y)) (local.set $y (local.get $x)) (local.set $a (local.get $y))"
     " (local.set $x (i32.add (local.get $a) (i32.const 1))) (local.set $y (i32.add (local.get $y) "
     "(i32.const "
     "1)))"),
    "(local.set $x (i32.sub (local.get $x) (i32.const 1)))",
    "(local.set $a (i32.wrap_i64 (local.get $p)))",
    "(local.set $f1 (local.get $a)) (local.set $a (local.get $f2))",
};
/// By $c ({0}: `local.get` behind what is between, or the comparison with `local.tee`).
const char* const kReaders[] = {
    "(br_if $again {0})",
    "(br_if $again (i32.eqz {0}))",
    "(br_if $out (i32.eqz (i32.eqz {0}))) (br $again)",
    "(if {0} (then (local.set $a (i32.add (local.get $a) (i32.const 3))) (br $again)))",
    "(if (i32.eqz {0}) (then (local.set $y (local.get $c))) (else (br $again)))",
    "(local.set $a (select (local.get $x) (local.get $y) {0})) (br $again)",
    "(local.set $p (select (local.get $p) (i64.const 9) (i32.eqz {0}))) (br $again)",
    "(local.set $a (i32.add (local.get $a) {0})) (br $again)",
};
/// More locals than registers, used more often.
constexpr const char* kCrowd =
    "(loop (local.set $f1 (i32.add (local.get $f1) (local.get $f2))) (local.set $f3 (i32.add (local.get $f3) "
    "(local.get "
    "$f4))) (local.set $f5 (i32.add (local.get $f5) (local.get $f6))) (local.set $f7 (i32.add (local.get "
    "$f7) (local.get "
    "$f8))))";

std::string function_text(const std::string& body) {
  std::string text =
      "(func (param $x i32) (param $y i32) (param $p i64) (param $q i64) (result i64)"
      " (local $a i32) (local $c i32) (local $n i32)";
  for (int i = 1; i <= 8; ++i) text += fmt::format("(local $f{} i32)", i);
  text +=
      "(block $out (loop $again (br_if $out (i32.gt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) "
      "(i32.const 4)))" +
      body + "))";
  std::string sum = "(local.get $p)";
  for (const char* local : {"$x", "$y", "$a", "$c", "$n"}) {
    sum = fmt::format("(i64.add (i64.mul {} (i64.const 1000003)) (i64.extend_i32_u (local.get {})))", sum,
                      local);
  }
  return text + sum + ")\n";
}

std::string module_text() {
  std::string text = "(module";
  for (const char* condition : kConditions) {
    for (const char* reader : kReaders) {
      for (const std::string crowd : {"", kCrowd}) {
        const std::string tee = fmt::format("(local.tee $c {})", condition);
        text += function_text(crowd + fmt::format(fmt::runtime(reader), tee));
        for (const char* between : kBetween) {
          text += function_text(fmt::format("{} (local.set $c {}) {} {}", crowd, condition, between,
                                            fmt::format(fmt::runtime(reader), "(local.get $c)")));
        }
      }
    }
  }
  return text + ")";
}

TEST(KeptConditions, AllTiersReturnTheSame) {
  struct Arguments {
    std::uint32_t x, y;
    std::int64_t p, q;
  };
  constexpr Arguments kArguments[] = {
      {0, 0, 0, 0}, {7, 2, -2, 5}, {1, 6, 3, 3}, {0xFFFFFFFF, 1, 1LL << 40, -9}};
  const Bytes module{text::assemble_valid(module_text())};
  std::vector<std::uint64_t> expected;
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    std::size_t at = 0;
    constexpr std::size_t kFunctions =
        std::size(kConditions) * std::size(kReaders) * 2 * (std::size(kBetween) + 1);
    for (std::uint32_t function = 0; function < kFunctions; ++function) {
      for (const Arguments& arguments : kArguments) {
        Value values[4] = {};
        values[0].u32 = arguments.x, values[1].u32 = arguments.y;
        values[2].i64 = arguments.p, values[3].i64 = arguments.q;
        const Outcome outcome = running.instance->function(function).call(values);
        ASSERT_TRUE(outcome.ok()) << outcome.trap->message;
        if (tier.name == tiers()[0].name) expected.push_back(outcome.values[0].u64);
        ASSERT_EQ(outcome.values[0].u64, expected[at++]) << tier.name << ": function " << function;
      }
    }
  }
}

class LesserOfFloats : public ::testing::TestWithParam<const char*> {};

TEST_P(LesserOfFloats, AllTiersReturnTheSame) {
  const std::string type = GetParam();
  std::string text = "(module";
  std::uint32_t functions = 0;
  const auto add = [&](const std::string& body) {
    text += fmt::format("(func (param $x {0}) (param $y {0}) (result {0}) (local $z {0}) {1})\n", type,
                        fmt::format(fmt::runtime(body), type));
    ++functions;
  };
  for (const char* comparison : {"lt", "gt", "le", "ge", "eq"}) {
    const std::string compare = fmt::format("({{0}}.{} (local.get $x) (local.get $y))", comparison);
    add("(select (local.get $x) (local.get $y) " + compare + ")");
    add("(select (local.get $y) (local.get $x) " + compare + ")");
    add("(select (local.get $x) (local.get $x) " + compare + ")");
    add("(select (local.get $x) (local.get $y) (i32.eqz " + compare + "))");
    add("(local.set $x (select (local.get $x) (local.get $y) " + compare + ")) (local.get $x)");
    add("(local.set $y (select (local.get $y) (local.get $x) " + compare +
        ")) ({0}.sub (local.get $y) (local.get $x))");
    add("(local.set $z (select (local.get $x) (local.get $y) " + compare + ")) (local.get $z)");
    for (const char* constant : {"0", "-0", "1.5", "nan", "inf"}) {
      const std::string clamp =
          fmt::format("({{0}}.{} (local.get $x) ({{0}}.const {}))", comparison, constant);
      add(fmt::format("(select (local.get $x) ({{0}}.const {}) ", constant) + clamp + ")");
      add(fmt::format("(select ({{0}}.const {}) (local.get $x) ", constant) + clamp + ")");
      add("(select ({0}.const 0) (local.get $x) " + clamp + ")");
    }
  }
  // Integers of the same bits.
  text += fmt::format(
      "(func (param $x {0}) (param $y {0}) (result {0}) ({1} (select ({2}.const 0) ({2}.const 1)"
      " ({0}.lt ({0}.const 0) ({0}.const 0x1p-{3})))))",
      type, type == "f32" ? "f32.reinterpret_i32" : "f64.reinterpret_i64", type == "f32" ? "i32" : "i64",
      type == "f32" ? 149 : 1074);
  ++functions;
  const Bytes module{text::assemble_valid(text + ")")};
  std::vector<std::uint64_t> expected;
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    std::size_t at = 0;
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 inf = std::numeric_limits<double>::infinity();
    for (std::uint32_t function = 0; function < functions; ++function) {
      for (const double x : {0.0, -0.0, 1.5, -2.0, nan, -nan, inf, -inf}) {
        for (const double y : {0.0, -0.0, 1.5, -2.0, nan, inf}) {
          Value values[2] = {};
          if (type == "f32") {
            values[0].f32 = static_cast<float>(x), values[1].f32 = static_cast<float>(y);
          } else {
            values[0].f64 = x, values[1].f64 = y;
          }
          const Outcome outcome = running.instance->function(function).call(values);
          ASSERT_TRUE(outcome.ok());
          const std::uint64_t result = type == "f32" ? outcome.values[0].u32 : outcome.values[0].u64;
          if (tier.name == tiers()[0].name) expected.push_back(result);
          const std::uint64_t right = expected[at++];
          // What bits a NaN has that is computed (the subtraction's) is not determined.
          const auto is_nan = [&](std::uint64_t bits) {
            return type == "f32" ? (bits & 0x7FFFFFFF) > 0x7F800000 : (bits & INT64_MAX) > 0x7FF0000000000000;
          };
          ASSERT_TRUE(result == right || (is_nan(result) && is_nan(right)))
              << fmt::format("{}: function {} of ({}, {}): {:#x} instead of {:#x}", tier.name, function, x, y,
                             result, right);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Types, LesserOfFloats, ::testing::Values("f32", "f64"));

}  // namespace
}  // namespace wasmjet::testing
