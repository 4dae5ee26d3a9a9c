/// Sums that are addresses: where no part of one can wrap, the compiler leaves it to the access.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

/// Values that are small or are not, made of $a.
const char* const kIndices[] = {
    "(i32.and (local.get $a) (i32.const 0x3fc))",
    "(i32.and (i32.const 0x7fffffff) (local.get $a))",
    "(i32.and (local.get $a) (i32.const -1))",
    "(i32.shr_u (local.get $a) (i32.const 1))",
    "(i32.shr_u (local.get $a) (i32.const 22))",
    "(i32.shr_u (local.get $a) (i32.const 32))",
    "(i32.shr_s (local.get $a) (i32.const 22))",
    "(i32.load8_u (i32.and (local.get $a) (i32.const 0xffff)))",
    "(i32.load16_u (i32.and (local.get $a) (i32.const 0xffff)))",
    "(i32.load16_s (i32.and (local.get $a) (i32.const 0xffff)))",
    "(i32.shl (i32.and (local.get $a) (i32.const 255)) (i32.const 2))",
    "(i32.shl (i32.and (local.get $a) (i32.const 0x3fffffff)) (i32.const 1))",
    "(i32.shl (i32.and (local.get $a) (i32.const 0x7fffffff)) (i32.const 1))",
    "(i32.shl (i32.shr_u (local.get $a) (i32.const 3)) (i32.const 3))",
    "(i32.shl (local.get $a) (i32.const 3))",
    "(i32.shl (i32.load8_u (i32.const 77)) (i32.const 9))",
    "(local.tee $b (i32.and (local.get $a) (i32.const 0x3fc)))",
};
const char* const kConstants[] = {"0", "4", "5776", "130000", "0x7fffffff", "-4", "-0x80000000"};
/// Of the constant {1} and the index {0}.
const char* const kSums[] = {
    "{0} (i32.const {1}) i32.add",
    "(i32.const {1}) {0} i32.add",
    "{0} (i32.const {1}) i32.add (i32.const 24) i32.add (i32.const -8) i32.add",
    "(i32.add (local.get $a) (i32.const {1})) (i32.shl (local.get $b) (i32.const 2)) i32.add",
    "(i32.add {0} (i32.const {1})) (i32.shl (local.get $a) (i32.const 1)) i32.add",
};
const char* const kAccesses[] = {
    "i32.load", "i32.load offset=16",   "i64.load offset=0x7ffffffc", "i32.load8_s offset=0xfffffffc",
    "f64.load", "(i32.const 7) i32.add"};
constexpr std::uint32_t kValues[] = {0,     1,     5,          255,        0x3FC,      0x400,
                                     65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF};

std::string module_text() {
  std::string text = R"((module (memory 2)
    (func (local $i i32)
      (loop $l
        (i32.store (local.get $i) (i32.mul (local.get $i) (i32.const 0x9E3779B1)))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 131072)))))
    )";
  for (const char* access : kAccesses) {
    const std::string_view name = access;
    const char* const to_i64 = name.starts_with("f64")   ? "i64.reinterpret_f64"
                               : name.starts_with("i64") ? ""
                                                         : "i64.extend_i32_u";
    for (const char* sum : kSums) {
      for (const char* constant : kConstants) {
        for (const char* index : kIndices) {
          text += fmt::format("(func (param $a i32) (result i64) (local $b i32) {} {} {})\n",
                              fmt::format(fmt::runtime(sum), index, constant), access, to_i64);
        }
      }
    }
  }
  return text + ")";
}

TEST(Address, AllTiersAccessTheSame) {
  const Bytes module{text::assemble_valid(module_text())};
  const std::size_t functions =
      std::size(kAccesses) * std::size(kSums) * std::size(kConstants) * std::size(kIndices);
  std::vector<std::optional<std::uint64_t>> expected;
  for (const Tier& tier : tiers()) {
    const TierInstance running(tier, module);
    ASSERT_TRUE(running.instance->function(0).call({}).ok());
    std::size_t at = 0;
    for (std::uint32_t f = 1; f <= functions; ++f) {
      for (const std::uint32_t a : kValues) {
        Value args[1] = {};
        args[0].u32 = a;
        const Outcome outcome = running.instance->function(f).call(args);
        const std::optional<std::uint64_t> result =
            outcome.ok() ? std::optional(outcome.values[0].u64) : std::nullopt;
        if (tier.name == tiers()[0].name) expected.push_back(result);
        ASSERT_EQ(result, expected[at++]) << fmt::format("{}: function {} of {:#x}", tier.name, f, a);
      }
    }
  }
}

}  // namespace
}  // namespace wasmjet::testing
