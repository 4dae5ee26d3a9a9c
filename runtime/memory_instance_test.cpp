#include "runtime/memory_instance.hpp"

#include <gtest/gtest.h>

namespace wasmjet {
namespace {

constexpr std::uint64_t kSmall = 16 * kPageSize;

MemoryType pages(std::uint64_t min, std::optional<std::uint64_t> max = {}) { return {{min, max}}; }

TEST(MemoryInstance, GrowsInPlaceUpToItsMaximum) {
  Budget budget;
  MemoryInstance memory(pages(1, 3), budget);
  EXPECT_EQ(memory.bounds(), MemoryBounds::guarded);
  std::uint8_t* base = memory.data();
  base[kPageSize - 1] = 7;
  EXPECT_EQ(memory.grow(0), 1);
  EXPECT_EQ(memory.grow(2), 1);
  EXPECT_EQ(memory.grow(1), -1);
  EXPECT_EQ(memory.grow(UINT64_MAX), -1);
  EXPECT_EQ(memory.pages(), 3U);
  EXPECT_EQ(memory.data(), base);
  EXPECT_EQ(base[kPageSize - 1], 7);
  EXPECT_EQ(base[3 * kPageSize - 1], 0);
  EXPECT_EQ(memory.type().limits.min, 3U);
}

TEST(MemoryInstance, CanBeEmptyAndReach4GiB) {
  Budget budget;
  MemoryInstance memory(pages(0), budget);
  EXPECT_NE(memory.data(), nullptr);
  EXPECT_EQ(memory.grow(65537), -1);
  EXPECT_EQ(memory.grow(65536), 0);
  memory.data()[(std::uint64_t{1} << 32) - 1] = 1;
}

TEST(MemoryInstance, FallsBackToExplicitBounds) {
  Budget budget;
  MemoryInstance memory(pages(1), budget, nullptr, kSmall);
  EXPECT_EQ(memory.bounds(), MemoryBounds::explicit_);
  std::uint8_t* base = memory.data();
  EXPECT_EQ(memory.grow(15), 1);
  EXPECT_EQ(memory.grow(1), -1);
  EXPECT_EQ(memory.data(), base);
  base[kSmall - 1] = 1;
}

TEST(MemoryInstance, FallbackHoldsAtLeastTheInitialSize) {
  Budget budget;
  MemoryInstance memory(pages(3), budget, nullptr, kPageSize);
  EXPECT_EQ(memory.pages(), 3U);
  EXPECT_EQ(memory.grow(1), -1);
  MemoryInstance empty(pages(0), budget, nullptr, 0);
  EXPECT_EQ(empty.pages(), 0U);
}

TEST(MemoryInstance, BudgetCountsAllMemories) {
  Budget budget{4 * kPageSize};
  {
    MemoryInstance a(pages(2), budget);
    EXPECT_THROW(MemoryInstance(pages(3), budget), ResourceError);
    MemoryInstance b(pages(1), budget);
    EXPECT_EQ(b.grow(2), -1);
    EXPECT_EQ(b.grow(1), 1);
  }
  EXPECT_EQ(budget.used, 0U);
}

TEST(MemoryInstance, RefusesMoreThan4GiB) {
  Budget budget;
  EXPECT_THROW(MemoryInstance(pages(65537), budget), ResourceError);
  EXPECT_EQ(budget.used, 0U);
}

}  // namespace
}  // namespace wasmjet
