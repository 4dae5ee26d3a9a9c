#include "runtime/table_instance.hpp"

#include <gtest/gtest.h>

namespace wasmjet {
namespace {

TableType table(std::uint64_t min, std::optional<std::uint64_t> max = {}) { return {kExternRef, {min, max}}; }

TEST(TableInstance, GrowsWithTheGivenElement) {
  int a = 0;
  int b = 0;
  TableInstance t(table(2, 5), &a, 100);
  EXPECT_EQ(t.grow(2, &b), 2);
  EXPECT_EQ(t.get(1), &a);
  EXPECT_EQ(t.get(2), &b);
  EXPECT_EQ(t.get(3), &b);
  EXPECT_EQ(t.grow(2, &b), -1);
  EXPECT_EQ(t.grow(UINT64_MAX, &b), -1);
  EXPECT_EQ(t.grow(0, &b), 4);
  EXPECT_EQ(t.type().limits.min, 4U);
}

TEST(TableInstance, KeepsTheStoresLimit) {
  TableInstance t(table(0), nullptr, 10);
  EXPECT_EQ(t.grow(11, nullptr), -1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(t.grow(1, nullptr), i);
  EXPECT_EQ(t.grow(1, nullptr), -1);
  EXPECT_THROW(TableInstance(table(11), nullptr, 10), ResourceError);
}

}  // namespace
}  // namespace wasmjet
