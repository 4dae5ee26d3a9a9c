/// memory.copy and memory.fill of few bytes, which compiled code does without the runtime, against the
/// host's.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "decoder/text/assemble.hpp"
#include "spec-tests/differential/tiers.hpp"

namespace wasmjet::testing {
namespace {

constexpr std::uint32_t kSize = 65536;
constexpr std::uint32_t kMost = 300;  ///< bytes: more than what is done without the runtime

const Bytes& bulk_module() {
  static const Bytes bytes{text::assemble_valid(
      "(module (memory 1 1)"
      "(func (export \"copy\") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))"
      "(func (export \"fill\") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))"
      // Values of both classes live across it.
      "(func (export \"between\") (param $n i32) (param $d f64) (result f64) (local $i i32)"
      "  (loop (memory.copy (i32.const 9) (local.get $i) (i32.and (local.get $n) (i32.const 255)))"
      "    (memory.fill (i32.const 3000) (local.get $i) (i32.and (local.get $n) (i32.const 255)))"
      "    (local.set $d (f64.add (f64.mul (local.get $d) (f64.const 1.5))"
      "      (f64.convert_i32_u (i32.load8_u offset=9 (i32.const 5)))))"
      "    (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))"
      "  (local.get $d))"
      "(func (export \"forever\") (loop (memory.copy (i32.const 8) (i32.const 0) (i32.const 40))"
      "  (memory.fill (i32.const 8) (i32.const 0) (i32.const 40)) (br 0))))")};
  return bytes;
}

class Bulk {
 public:
  explicit Bulk(const Tier& tier) : it(tier, bulk_module()), expected_(kSize) {
    std::mt19937 random(1);
    for (std::uint8_t& byte : expected_) byte = static_cast<std::uint8_t>(random());
    std::copy(expected_.begin(), expected_.end(), memory());
  }

  bool call(const char* name, std::uint32_t a, std::uint32_t b, std::uint32_t n) {
    Value arguments[3] = {};
    arguments[0].u32 = a, arguments[1].u32 = b, arguments[2].u32 = n;
    const Outcome outcome = it.instance->find_function(name).call(arguments);
    if (outcome.ok()) return true;
    EXPECT_EQ(outcome.trap->code, TrapCode::memory_out_of_bounds);
    return false;
  }
  void copy(std::uint32_t dst, std::uint32_t src, std::uint32_t n) {
    const bool fits = n <= kSize && dst <= kSize - n && src <= kSize - n;
    if (fits) std::memmove(expected_.data() + dst, expected_.data() + src, n);
    EXPECT_EQ(call("copy", dst, src, n), fits) << dst << ' ' << src << ' ' << n;
  }
  void fill(std::uint32_t dst, std::uint32_t value, std::uint32_t n) {
    const bool fits = n <= kSize && dst <= kSize - n;
    if (fits) std::memset(expected_.data() + dst, static_cast<int>(value & 0xFF), n);
    EXPECT_EQ(call("fill", dst, value, n), fits) << dst << ' ' << n;
  }
  bool is_as_expected() { return std::equal(expected_.begin(), expected_.end(), memory()); }
  std::uint8_t* memory() { return it.instance->memory(0).record()->base; }

  TierInstance it;

 private:
  std::vector<std::uint8_t> expected_;
};

class SmallBulk : public ::testing::TestWithParam<std::size_t> {
 protected:
  const Tier& tier() const { return tiers()[GetParam()]; }
};

TEST_P(SmallBulk, EveryLengthAndOverlap) {
  Bulk bulk(tier());
  for (std::uint32_t n = 0; n <= kMost; ++n) {
    for (const std::uint32_t apart : {0U, 1U, 2U, 3U, 7U, 8U, 15U, 16U, 17U, 31U, 64U, n / 2, n, n + 1}) {
      bulk.copy(1000 + apart, 1000, n);
      bulk.copy(2000, 2000 + apart, n);
    }
    bulk.fill(4000 + n, n * 7 + 0x1200, n);
    ASSERT_TRUE(bulk.is_as_expected()) << n;
  }
}

TEST_P(SmallBulk, AtTheEndOfMemory) {
  Bulk bulk(tier());
  for (std::uint32_t n = 0; n <= kMost; ++n) {
    const std::uint32_t last = kSize - n;
    for (const std::uint32_t place : {last - 1, last, last + 1, kSize, kSize + 1, ~0U, ~0U - n + 1}) {
      bulk.copy(place, 100, n);
      bulk.copy(100, place, n);
      bulk.fill(place, n, n);
    }
    ASSERT_TRUE(bulk.is_as_expected()) << n;
  }
  for (const std::uint32_t n : {kSize, kSize + 1, 0x80000000U, ~0U}) {
    bulk.copy(0, 0, n);
    bulk.fill(n, 5, n);
  }
  ASSERT_TRUE(bulk.is_as_expected());
}

TEST_P(SmallBulk, ValuesAcross) {
  Bulk bulk(tier()), first(tiers()[0]);
  Value arguments[2] = {};
  arguments[0].u32 = 1000, arguments[1].f64 = 0.25;
  const Outcome got = bulk.it.instance->find_function("between").call(arguments);
  const Outcome expected = first.it.instance->find_function("between").call(arguments);
  ASSERT_TRUE(got.ok() && expected.ok());
  EXPECT_EQ(got.values[0].u64, expected.values[0].u64);
  EXPECT_TRUE(std::equal(bulk.memory(), bulk.memory() + kSize, first.memory()));
}

TEST_P(SmallBulk, Interrupted) {
  Bulk bulk(tier());
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    bulk.it.store.interrupt();
  });
  const Outcome outcome = bulk.it.instance->find_function("forever").call();
  other.join();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.trap->code, TrapCode::interrupted);
}

INSTANTIATE_TEST_SUITE_P(Tiers, SmallBulk, ::testing::Range(std::size_t{0}, tiers().size()),
                         [](const auto& tier) { return std::to_string(tier.param); });

}  // namespace
}  // namespace wasmjet::testing
