/// Divisions by constants, which become multiplications and shifts, against the host's.

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

constexpr std::int64_t kDivisors[] = {2,
                                      3,
                                      5,
                                      6,
                                      7,
                                      9,
                                      10,
                                      11,
                                      12,
                                      14,
                                      25,
                                      28,
                                      60,
                                      64,
                                      86,
                                      100,
                                      125,
                                      127,
                                      641,
                                      1000,
                                      1461,
                                      10'000,
                                      86'400,
                                      1'000'000,
                                      6700417,
                                      INT32_MAX,
                                      INT32_MIN,
                                      -1,
                                      -7,
                                      -10,
                                      UINT32_MAX,
                                      1LL << 32,
                                      10'000'000'000,
                                      1'000'000'007,
                                      1LL << 40,
                                      INT64_MAX,
                                      INT64_MIN,
                                      0x5555555555555556,
                                      0x6666666666666667,
                                      1'000'000'000'000'000'000};
constexpr std::int64_t kDividends[] = {0,
                                       1,
                                       2,
                                       6,
                                       7,
                                       9,
                                       10,
                                       99,
                                       100,
                                       999,
                                       86'399,
                                       INT32_MAX,
                                       INT32_MIN,
                                       -1,
                                       -2,
                                       -7,
                                       -10,
                                       -100,
                                       1LL << 32,
                                       INT64_MAX,
                                       INT64_MIN,
                                       INT64_MAX - 1,
                                       INT64_MIN + 1,
                                       0x123456789ABCDEF,
                                       -0x123456789ABCDEF,
                                       9'999'999'999,
                                       1'000'000'006,
                                       6'148'914'691'236'517'205};
const char* const kOperations[] = {"div_s", "div_u", "rem_s", "rem_u"};
/// What is done with $x ({0}: the type, {1}: the operation, {2}: the divisor).
const char* const kUses[] = {
    "({0}.{1} (local.get $x) ({0}.const {2}))",
    "(local.set $x ({0}.{1} (local.get $x) ({0}.const {2}))) (local.get $x)",
    "({0}.add (local.get $x) ({0}.{1} ({0}.xor (local.get $x) ({0}.const 0)) ({0}.const {2})))",
    // With the registers that divisions may demand in use, on both sides.
    "({0}.sub ({0}.mul (local.get $x) (local.get $x)) ({0}.add ({0}.rotl (local.get $x) ({0}.const 3))"
    " ({0}.sub ({0}.{1} ({0}.sub (local.get $x) ({0}.const 1)) ({0}.const {2})) ({0}.shl (local.get $x) "
    "(local.get $x)))))",
    // From the frame.
    "(local.set $y (local.get $x)) (loop (local.set $a ({0}.add (local.get $a) (local.get $b)))"
    " (local.set $c ({0}.add (local.get $c) (local.get $d))) (local.set $e ({0}.add (local.get $e) "
    "(local.get $f)))"
    " (local.set $g ({0}.add (local.get $g) (local.get $h)))) ({0}.{1} (local.get $y) ({0}.const {2}))",
};

class Divisions : public ::testing::TestWithParam<const char*> {};

/// The value of the first use; nothing where it traps.
template <class Signed, class Unsigned>
bool divide(std::string_view operation, Signed x, Signed d, Signed& result) {
  if (operation == "div_s" && d == -1 && x == std::numeric_limits<Signed>::min()) return false;
  const auto ux = static_cast<Unsigned>(x), ud = static_cast<Unsigned>(d);
  result = operation == "div_s"   ? static_cast<Signed>(x / d)
           : operation == "div_u" ? static_cast<Signed>(ux / ud)
           : operation == "rem_s" ? static_cast<Signed>(d == -1 ? 0 : x % d)
                                  : static_cast<Signed>(ux % ud);
  return true;
}

TEST_P(Divisions, AreTheHosts) {
  const std::string type = GetParam();
  const bool wide = type == "i64";
  std::string text = "(module";
  for (const char* operation : kOperations) {
    for (const std::int64_t divisor : kDivisors) {
      const std::int64_t constant = wide ? divisor : static_cast<std::int32_t>(divisor);
      if (constant == 0) continue;
      for (const char* use : kUses) {
        text += fmt::format("(func (param $x {0}) (result {0}) (local $y {0})", type);
        for (const char local : std::string("abcdefgh")) text += fmt::format("(local ${} {})", local, type);
        text += fmt::format(fmt::runtime(use), type, operation, constant) + ")\n";
      }
    }
  }
  const Bytes module{text::assemble_valid(text + ")")};
  std::vector<std::uint64_t> expected;
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    std::size_t at = 0;
    std::uint32_t function = 0;
    for (const char* operation : kOperations) {
      for (const std::int64_t divisor : kDivisors) {
        if (!wide && static_cast<std::int32_t>(divisor) == 0) continue;
        for (std::size_t use = 0; use < std::size(kUses); ++use, ++function) {
          for (const std::int64_t x : kDividends) {
            Value argument{};
            wide ? argument.i64 = x : argument.i32 = static_cast<std::int32_t>(x);
            const Outcome outcome = running.instance->function(function).call({&argument, 1});
            const std::string what =
                fmt::format("{}: {} {}.{} {}, use {}", tier.name, x, type, operation, divisor, use);
            std::uint64_t got = 0x7472617073;
            if (outcome.ok()) got = wide ? outcome.values[0].u64 : outcome.values[0].u32;
            if (use == 0) {
              std::int64_t result = 0;
              std::int32_t narrow = 0;
              const bool has_result =
                  wide ? divide<std::int64_t, std::uint64_t>(operation, x, divisor, result)
                       : divide<std::int32_t, std::uint32_t>(operation, static_cast<std::int32_t>(x),
                                                             static_cast<std::int32_t>(divisor), narrow);
              ASSERT_EQ(outcome.ok(), has_result) << what;
              const std::uint64_t right =
                  wide ? static_cast<std::uint64_t>(result) : static_cast<std::uint32_t>(narrow);
              if (has_result) {
                ASSERT_EQ(got, right) << what;
              }
            }
            if (tier.name == tiers()[0].name) expected.push_back(got);
            ASSERT_EQ(got, expected[at++]) << what;
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Types, Divisions, ::testing::Values("i32", "i64"));

}  // namespace
}  // namespace wasmjet::testing
