#include "jit/dispatch_header.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace wasmjet::jit {
namespace {

constexpr std::uint8_t kBlock[] = {0x02, 0x40};
constexpr std::uint8_t kTable[] = {0x0E, 0x00, 0x00};

class DispatchHeaderTest : public ::testing::Test {
 protected:
  void add(std::initializer_list<std::uint8_t> bytes) { code_.insert(code_.end(), bytes); }
  void add_blocks(int count) {
    for (; count != 0; --count) code_.insert(code_.end(), std::begin(kBlock), std::end(kBlock));
  }
  std::optional<DispatchHeader> header() {
    code_.insert(code_.end(), std::begin(kTable), std::end(kTable));
    return dispatch_header(CodeReader(code_.data()));
  }
  std::ptrdiff_t offset(const std::uint8_t* place) const { return place - code_.data(); }

 private:
  std::vector<std::uint8_t> code_;
};

TEST_F(DispatchHeaderTest, KnowsWhereItsBlocksEnd) {
  add_blocks(100);
  add({0x20, 0x01, 0x21, 0x02});  // local.get 1, local.set 2
  add_blocks(2);
  add({0x20, 0x00, 0x2D, 0x00, 0x00, 0x41, 0x0F, 0x71});  // i32.load8_u of local 0, and 15
  const auto found = header();
  ASSERT_TRUE(found);
  EXPECT_EQ(offset(found->begin), 0);
  EXPECT_EQ(offset(found->behind_blocks[0]), 200);
  EXPECT_EQ(offset(found->behind_blocks[1]), 208);
  EXPECT_EQ(offset(found->table), 216);
  EXPECT_EQ(found->bytes, 12U);
  EXPECT_EQ(found->operands, 2U);
}

TEST_F(DispatchHeaderTest, HasNoOperandsWhereABlockBegins) {
  add({0x20, 0x00});
  add_blocks(1);
  EXPECT_FALSE(header());
}

TEST_F(DispatchHeaderTest, LeavesTheIndexAlone) {
  add({0x20, 0x00, 0x20, 0x00});
  EXPECT_FALSE(header());
}

TEST_F(DispatchHeaderTest, TakesNothingFromOutside) {
  add({0x41, 0x01, 0x6A});  // i32.const 1, i32.add
  EXPECT_FALSE(header());
}

TEST_F(DispatchHeaderTest, HasNoBlocksWithValues) {
  add({0x02, 0x7F, 0x20, 0x00});  // block (result i32)
  EXPECT_FALSE(header());
}

TEST_F(DispatchHeaderTest, IsStraight) {
  add({0x20, 0x00, 0x0D, 0x00, 0x20, 0x00});  // br_if 0
  EXPECT_FALSE(header());
}

TEST_F(DispatchHeaderTest, MayBeAsLongAsItsLimit) {
  add({0x20, 0x00});
  for (std::ptrdiff_t bytes = 2; bytes < DispatchHeader::kLongest; bytes += 2)
    add({0x22, 0x00});  // local.tee
  EXPECT_TRUE(header());
}

TEST_F(DispatchHeaderTest, IsNoLongerThanItsLimit) {
  add({0x20, 0x00});
  for (std::ptrdiff_t bytes = 2; bytes <= DispatchHeader::kLongest; bytes += 2) add({0x22, 0x00});
  EXPECT_FALSE(header());
}

TEST_F(DispatchHeaderTest, HasFewRunsOfBlocks) {
  for (std::size_t run = 0; run <= DispatchHeader::kMostRuns; ++run) {
    add_blocks(1);
    add({0x20, 0x00, 0x21, 0x00});
  }
  add({0x20, 0x00});
  EXPECT_FALSE(header());
}

}  // namespace
}  // namespace wasmjet::jit
