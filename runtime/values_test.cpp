#include "runtime/values.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace wasmjet {
namespace {

std::vector<Value> numbers(std::size_t count) {
  std::vector<Value> result(count);
  for (std::size_t i = 0; i < count; ++i) result[i].u64 = i + 1;
  return result;
}

void expect_numbers(const Values& values, std::size_t count, std::size_t size) {
  ASSERT_EQ(values.size(), size);
  EXPECT_EQ(values.empty(), size == 0);
  EXPECT_EQ(static_cast<std::size_t>(values.end() - values.begin()), size);
  for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(values[i].u64, i < count ? i + 1 : 0) << i;
}

TEST(Values, AreCopiesAndZeros) {
  for (std::size_t size = 0; size < 10; ++size) {
    for (std::size_t count = 0; count <= size; ++count) expect_numbers({numbers(count), size}, count, size);
  }
}

TEST(Values, CanBeCutOff) {
  for (std::size_t size = 0; size < 10; ++size) {
    for (std::size_t less = 0; less <= size; ++less) {
      Values values(numbers(size), size);
      values.truncate(less);
      expect_numbers(values, less, less);
    }
  }
}

TEST(Values, CopiesAreIndependent) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{2}, std::size_t{4}, std::size_t{9}}) {
    Values values(numbers(size), size);
    const Values copy = values;
    for (Value& value : values) value.u64 = 77;
    expect_numbers(copy, size, size);
    for (const Value& value : values) EXPECT_EQ(value.u64, 77U);
    values = copy;
    expect_numbers(values, size, size);
  }
}

TEST(Values, OfNoCall) { expect_numbers({}, 0, 0); }

}  // namespace
}  // namespace wasmjet
