#include "jit/division_magic.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <random>

namespace wasmjet::jit {
namespace {

std::vector<std::uint32_t> divisors() {
  std::vector<std::uint32_t> all;
  for (std::uint32_t d = 2; d < 2000; ++d) all.push_back(d);
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) all.push_back(static_cast<std::uint32_t>(random() >> (random() % 31)) | 2);
  for (unsigned k = 2; k < 32; ++k) {
    for (const std::uint32_t near : {0U, 1U, 2U}) all.push_back((1U << k) - 1 + near);
  }
  all.push_back(0xFFFFFFFF);
  return all;
}

/// Where a quotient changes, and the ends.
std::vector<std::uint32_t> dividends(std::uint32_t divisor) {
  std::vector<std::uint32_t> all{0,          1,          0x7FFFFFFE, 0x7FFFFFFF,
                                 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF};
  std::mt19937 random(divisor);
  for (int i = 0; i < 50; ++i) {
    const std::uint32_t multiple = static_cast<std::uint32_t>(random() / divisor) * divisor;
    for (const std::uint32_t near : {multiple - 1, multiple, multiple + 1, 0 - multiple}) all.push_back(near);
  }
  const std::uint32_t last = 0xFFFFFFFF / divisor * divisor;
  for (const std::uint32_t near : {last - 1, last}) all.push_back(near);
  return all;
}

TEST(DivisionMagic, DividesUnsigned) {
  int found = 0;
  for (const std::uint32_t d : divisors()) {
    const auto magic = find_division_magic(d, false);
    if (!magic) continue;
    ++found;
    for (const std::uint32_t x : dividends(d)) {
      ASSERT_EQ(x / d, std::uint64_t{x} * magic->multiplier >> magic->shift) << x << " / " << d;
    }
  }
  EXPECT_GT(found, 2000);
  EXPECT_FALSE(find_division_magic(7, false)) << "takes 33 bits";
}

TEST(DivisionMagic, DividesSigned) {
  int found = 0;
  for (const std::uint32_t d : divisors()) {
    if (d > 0x7FFFFFFF) continue;
    const auto magic = find_division_magic(d, true);
    if (!magic) continue;
    ++found;
    for (const std::uint32_t bits : dividends(d)) {
      const auto x = static_cast<std::int32_t>(bits);
      const std::int64_t high = std::int64_t{x} * std::int64_t{magic->multiplier} >> magic->shift;
      ASSERT_EQ(x / static_cast<std::int32_t>(d), high + (x < 0 ? 1 : 0)) << x << " / " << d;
    }
  }
  EXPECT_GT(found, 3000);
}

std::vector<std::uint64_t> wide_divisors() {
  std::vector<std::uint64_t> all;
  for (std::uint64_t d = 2; d < 2000; ++d) all.push_back(d);
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) all.push_back(random() >> (random() % 63) | 2);
  for (unsigned k = 2; k < 64; ++k) {
    for (const std::uint64_t near : {0U, 1U, 2U}) all.push_back((std::uint64_t{1} << k) - 1 + near);
  }
  for (std::uint64_t d = 10; d < UINT64_MAX / 10; d *= 10) all.push_back(d);
  all.push_back(UINT64_MAX);
  return all;
}

std::vector<std::uint64_t> wide_dividends(std::uint64_t divisor) {
  std::vector<std::uint64_t> all{
      0, 1, INT64_MAX - UINT64_C(1), INT64_MAX, UINT64_C(1) << 63, UINT64_MAX - 1, UINT64_MAX};
  std::mt19937_64 random(divisor);
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t multiple = (random() >> (i % 32)) / divisor * divisor;
    for (const std::uint64_t near : {multiple - 1, multiple, multiple + 1, 0 - multiple}) all.push_back(near);
  }
  const std::uint64_t last = UINT64_MAX / divisor * divisor;
  for (const std::uint64_t near : {last - 1, last}) all.push_back(near);
  return all;
}

TEST(WideDivisionMagic, DividesUnsigned) {
  int shifted = 0, added = 0;
  for (const std::uint64_t d : wide_divisors()) {
    const auto magic = find_wide_division_magic(d, false);
    ASSERT_TRUE(magic || std::has_single_bit(d) || d > UINT64_C(1) << 63) << d;
    if (!magic) continue;
    shifted += magic->pre_shift != 0;
    added += magic->adds;
    for (const std::uint64_t x : wide_dividends(d)) {
      const auto high = static_cast<std::uint64_t>(
          static_cast<unsigned __int128>(x >> magic->pre_shift) * magic->multiplier >> 64);
      const std::uint64_t quotient =
          magic->adds ? (((x - high) >> 1) + high) >> (magic->shift - 1) : high >> magic->shift;
      ASSERT_EQ(x / d, quotient) << x << " / " << d;
    }
  }
  EXPECT_GT(shifted, 100);
  EXPECT_GT(added, 100);
}

TEST(WideDivisionMagic, DividesSigned) {
  int added = 0;
  for (const std::uint64_t d : wide_divisors()) {
    if (d > INT64_MAX) continue;
    const auto magic = find_wide_division_magic(d, true);
    ASSERT_EQ(magic.has_value(), !std::has_single_bit(d)) << d;
    if (!magic) continue;
    added += magic->adds;
    for (const std::uint64_t bits : wide_dividends(d)) {
      const auto x = static_cast<std::int64_t>(bits);
      auto high = static_cast<std::int64_t>(
          static_cast<__int128>(x) * static_cast<std::int64_t>(magic->multiplier) >> 64);
      if (magic->adds) high += x;
      ASSERT_EQ(x / static_cast<std::int64_t>(d), (high >> magic->shift) + (x < 0 ? 1 : 0))
          << x << " / " << d;
    }
  }
  EXPECT_GT(added, 100);
}

}  // namespace
}  // namespace wasmjet::jit
