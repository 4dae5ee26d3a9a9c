#include "runtime/table_instance.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace wasmjet {
namespace {

TableType table(std::uint64_t min, std::optional<std::uint64_t> max = {}) { return {kExternRef, {min, max}}; }

TEST(TableInstance, GrowsWithTheGivenElement) {
  int a = 0;
  int b = 0;
  Budget budget{100};
  TableInstance t(table(2, 5), &a, budget);
  EXPECT_EQ(t.grow(2, &b), 2);
  EXPECT_EQ(t.get(1), &a);
  EXPECT_EQ(t.get(2), &b);
  EXPECT_EQ(t.get(3), &b);
  EXPECT_EQ(t.grow(2, &b), -1);
  EXPECT_EQ(t.grow(UINT64_MAX, &b), -1);
  EXPECT_EQ(t.grow(0, &b), 4);
  EXPECT_EQ(t.type().limits.min, 4U);
}

std::size_t resident_bytes() {
  std::size_t total = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * 4096;
}

TEST(TableInstance, SharesTheBudgetWithOthers) {
  Budget budget{10};
  TableInstance a(table(4), nullptr, budget);
  {
    TableInstance b(table(5), nullptr, budget);
    EXPECT_EQ(a.grow(2, nullptr), -1);
    EXPECT_EQ(a.grow(1, nullptr), 4);
    EXPECT_EQ(b.grow(1, nullptr), -1);
    EXPECT_THROW(TableInstance(table(1), nullptr, budget), ResourceError);
  }
  EXPECT_EQ(a.grow(5, nullptr), 5);
  EXPECT_EQ(budget.used, 10U);
}

TEST(TableInstance, NullsTakeNoMemory) {
  constexpr std::size_t kElements = 10'000'000;
  const std::size_t before = resident_bytes();
  Budget budget{2 * kElements};
  TableInstance t(table(kElements), nullptr, budget);
  EXPECT_LT(resident_bytes(), before + kElements);
  EXPECT_EQ(t.get(kElements - 1), nullptr);
  int a = 0;
  EXPECT_EQ(t.grow(1, &a), static_cast<std::int64_t>(kElements));
  EXPECT_EQ(t.get(kElements - 1), nullptr);
  EXPECT_EQ(t.get(kElements), &a);
}

TEST(TableInstance, KeepsTheStoresLimit) {
  Budget budget{10};
  TableInstance t(table(0), nullptr, budget);
  EXPECT_EQ(t.grow(11, nullptr), -1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(t.grow(1, nullptr), i);
  EXPECT_EQ(t.grow(1, nullptr), -1);
  EXPECT_THROW(TableInstance(table(1), nullptr, budget), ResourceError);
}

}  // namespace
}  // namespace wasmjet
