/// Comparisons whose operands come straight from what makes them: an operation that has set the flags
/// already, or a load that becomes the comparison's memory operand.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

constexpr std::int64_t kValues[] = {0,         1,         2,         3,         0x7F,     0x80, 0xFF,
                                    0x100,     0x7FFF,    0x8000,    0xFFFF,    -1,       -2,   -0x80,
                                    INT32_MAX, INT32_MIN, 1LL << 32, INT64_MAX, INT64_MIN};
const char* const kCompares[] = {"eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"};

/// How a boolean is used: by itself, by a branch, by a select; {0} is what makes it.
const char* const kUses[] = {
    "{0}",
    "(block (result i32) (i32.const 7) {0} br_if 0 drop (i32.const 9))",
    "{0} if (result i32) (i32.const 7) else (i32.const 9) end",
    "(i32.const 7) (i32.const 9) {0} select",
    "{0} i32.eqz",
};

/// All functions take two parameters of one type, $a and $b; the memory holds both, at 8 and 16.
class Comparisons {
 public:
  explicit Comparisons(const char* type) : type_(type) {}

  void add(const std::string& boolean) {
    for (const char* use : kUses) {
      text_ += fmt::format(
          "(func (param $a {0}) (param $b {0}) (result i32) (local $x {0}) ({0}.store (i32.const 8) "
          "(local.get $a)) "
          "({0}.store (i32.const 16) (local.get $b)) (local.set $x (local.get $a)) {1})\n",
          type_, fmt::format(fmt::runtime(use), boolean));
      ++count_;
    }
  }

  void run() const {
    const Bytes module{text::assemble_valid("(module (memory 1)" + text_ + ")")};
    const bool wide = std::string_view(type_) == "i64";
    std::vector<std::uint32_t> expected;
    for (const Tier& tier : tiers()) {
      const TierInstance running(tier, module);
      std::size_t at = 0;
      for (std::uint32_t function = 0; function < count_; ++function) {
        for (const std::int64_t a : kValues) {
          for (const std::int64_t b : kValues) {
            Value args[2] = {};
            wide ? args[0].i64 = a : args[0].i32 = static_cast<std::int32_t>(a);
            wide ? args[1].i64 = b : args[1].i32 = static_cast<std::int32_t>(b);
            const Outcome outcome = running.instance->function(function).call(args);
            ASSERT_TRUE(outcome.ok()) << outcome.trap->message;
            if (tier.name == tiers()[0].name) expected.push_back(outcome.values[0].u32);
            ASSERT_EQ(outcome.values[0].u32, expected[at++])
                << fmt::format("{}: function {} of ({}, {})", tier.name, function, a, b);
          }
        }
      }
    }
  }

 private:
  const char* type_;
  std::string text_;
  std::uint32_t count_ = 0;
};

class Compare : public ::testing::TestWithParam<const char*> {};

TEST_P(Compare, ResultsOfOperationsWithZero) {
  const char* type = GetParam();
  Comparisons all(type);
  for (const char* op : {"add", "sub", "and", "or", "xor", "mul"}) {
    for (const char* operands : {"(local.get $a) (local.get $b)", "(local.get $b) (local.get $a)",
                                 "(local.get $a) ({0}.const 3)", "(local.get $a) ({0}.const -0x80000000)"}) {
      const std::string value =
          fmt::format("{0} {1}.{2}", fmt::format(fmt::runtime(operands), type), type, op);
      for (const std::string& made : {value, value + " local.tee $a", value + " local.set $x local.get $x"}) {
        all.add(fmt::format("{} {}.eqz", made, type));
        for (const char* compare : kCompares) {
          all.add(fmt::format("{0} {1}.const 0 {1}.{2}", made, type, compare));
        }
        if (std::string_view(type) == "i32") all.add(made);
      }
    }
  }
  all.run();
}

TEST_P(Compare, WithLoads) {
  const char* type = GetParam();
  Comparisons all(type);
  std::vector<std::string> loads = {"load", "load8_u", "load16_u", "load8_s"};
  for (const char* compare : kCompares) {
    for (const std::string& right : loads) {
      for (const std::string& left :
           {std::string("(local.get $a)"), fmt::format("({}.load8_u (i32.const 9))", type),
            fmt::format("({}.load16_u (i32.const 8))", type), fmt::format("({}.load (i32.const 8))", type),
            fmt::format("({0}.and (local.get $a) ({0}.const 0xFF))", type),
            fmt::format("({}.const 0x80)", type)}) {
        all.add(fmt::format("{0} ({1}.{2} (i32.const 16)) {1}.{3}", left, type, right, compare));
      }
    }
  }
  all.run();
}

INSTANTIATE_TEST_SUITE_P(Type, Compare, ::testing::Values("i32", "i64"));

}  // namespace
}  // namespace wasmjet::testing
