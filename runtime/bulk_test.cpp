#include "runtime/bulk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "runtime/fake_executor.hpp"

namespace wasmjet {
namespace {

using testing::Fixture;

constexpr std::uint64_t kPages = 400;  // more than three chunks
constexpr std::uint64_t kSize = kPages * kPageSize;

Module module() {
  Module m;
  m.memories = {{{kPages, {}}}};
  m.tables = {{kExternRef, {8, {}}}};
  return m;
}

class BulkTest : public ::testing::Test {
 protected:
  Fixture fixture_;
  Instance& instance_ = *fixture_.instantiate(module()).instance;
  std::uint8_t* memory_ = instance_.memory(0).data();
};

TEST_F(BulkTest, ChecksRangesAsAWhole) {
  EXPECT_EQ(memory_fill(instance_, 0, kSize - 1, 1, 2), TrapCode::memory_out_of_bounds);
  EXPECT_EQ(memory_[kSize - 1], 0);
  EXPECT_EQ(memory_fill(instance_, 0, kSize, 1, 0), TrapCode::none);
  EXPECT_EQ(memory_fill(instance_, 0, kSize + 1, 1, 0), TrapCode::memory_out_of_bounds);
  EXPECT_EQ(memory_fill(instance_, 0, 1, 1, UINT64_MAX), TrapCode::memory_out_of_bounds);
  EXPECT_EQ(memory_copy(instance_, 0, 0, 0, kSize - 1, 2), TrapCode::memory_out_of_bounds);
  EXPECT_EQ(memory_copy(instance_, 0, 0, kSize - 1, 0, 2), TrapCode::memory_out_of_bounds);
  EXPECT_EQ(table_fill(instance_, 0, 7, nullptr, 2), TrapCode::table_out_of_bounds);
  EXPECT_EQ(table_copy(instance_, 0, 0, 7, 0, 2), TrapCode::table_out_of_bounds);
}

TEST_F(BulkTest, CopiesOverlappingRangesOfSeveralChunks) {
  std::vector<std::uint8_t> expected(kSize);
  const auto fill = [&] {
    std::uint32_t x = 1;
    for (std::uint64_t i = 0; i < kSize; ++i)
      memory_[i] = static_cast<std::uint8_t>((x = x * 1664525 + 1013904223) >> 24);
    std::copy(memory_, memory_ + kSize, expected.begin());
  };
  const std::uint64_t n = kSize - 1000;
  for (const auto& [dst, src] : {std::pair<std::uint64_t, std::uint64_t>{0, 999}, {999, 0}, {5, 5}}) {
    fill();
    std::memmove(expected.data() + dst, expected.data() + src, n);
    EXPECT_EQ(memory_copy(instance_, 0, 0, dst, src, n), TrapCode::none);
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), memory_));
  }
}

TEST_F(BulkTest, CopiesTablesThatOverlap) {
  int marks[8];
  for (std::uint64_t i = 0; i < 8; ++i) instance_.table(0).set(i, &marks[i]);
  EXPECT_EQ(table_copy(instance_, 0, 0, 2, 0, 6), TrapCode::none);
  EXPECT_EQ(instance_.table(0).get(7), &marks[5]);
  EXPECT_EQ(instance_.table(0).get(2), &marks[0]);
  EXPECT_EQ(table_fill(instance_, 0, 1, nullptr, 7), TrapCode::none);
  EXPECT_EQ(instance_.table(0).get(0), &marks[0]);
  EXPECT_EQ(instance_.table(0).get(7), nullptr);
}

TEST_F(BulkTest, EndsEarlyWhenInterrupted) {
  fixture_.store.request_interrupt();
  EXPECT_EQ(memory_fill(instance_, 0, 0, 1, kSize), TrapCode::interrupted);
  EXPECT_EQ(memory_[kSize - 1], 0);
  // A short one is done first: a loop of them must end too.
  EXPECT_EQ(memory_fill(instance_, 0, 0, 2, 1000), TrapCode::interrupted);
  EXPECT_EQ(memory_[999], 2);
}

}  // namespace
}  // namespace wasmjet
