#include "decoder/text/text_limits.hpp"

#include "decoder/text/text_test_support.hpp"

namespace wasmjet::test {
namespace {

/// The contents of the first section without the number of its entries.
Bytes memory_of(std::string_view source) {
  const Bytes module = text::assemble(source);
  return {module.begin() + 11, module.end()};
}

TEST(TextLimits, Memories) {
  EXPECT_EQ(memory_of("(memory 1)"), bytes(0, 1));
  EXPECT_EQ(memory_of("(memory i32 1 2)"), bytes(1, 1, 2));
  EXPECT_EQ(memory_of("(memory i64 1 0x80)"), bytes(5, 1, 0x80, 1));
  EXPECT_EQ(memory_of("(memory 1 2 shared)"), bytes(3, 1, 2));
  EXPECT_EQ(memory_of("(memory i64 1 2 shared (pagesize 1))"), bytes(15, 1, 2, 0));
  EXPECT_EQ(memory_of("(memory 1 (pagesize 65536))"), bytes(8, 1, 16));
  EXPECT_THAT("(memory 1 (pagesize 0))", Refused("invalid custom page size"));
  EXPECT_THAT("(memory 1 (pagesize 3))", Refused("invalid custom page size"));
  EXPECT_THAT("(memory 1 shared 2)", Refused("unexpected token '2'"));
  EXPECT_THAT("(memory 0x1_0000_0000_0000_0000)", Refused("i64 constant out of range"));
}

TEST(TextLimits, OfInlineData) {
  const auto limits_of = [](std::string_view source) {
    constexpr Features kPageSizes{.threads = false, .custom_page_sizes = true};
    const Limits limits = decode_module(text::assemble(source), nullptr, kPageSizes).memories.front().limits;
    EXPECT_EQ(limits.min, limits.max);
    return limits.min;
  };
  EXPECT_EQ(limits_of("(memory (data))"), 0U);
  EXPECT_EQ(limits_of("(memory i64 (data \"abc\"))"), 1U);
  EXPECT_EQ(limits_of("(memory (pagesize 1) (data \"abc\"))"), 3U);
  EXPECT_EQ(limits_of("(memory i64 (pagesize 65536) (data \"abc\"))"), 1U);
}

}  // namespace
}  // namespace wasmjet::test
