#include "decoder/utf8.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace wasmjet {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Utf8, TakesEveryLength) {
  EXPECT_TRUE(is_utf8(Bytes{}));
  EXPECT_TRUE(is_utf8(Bytes{0x00, 0x7F}));
  EXPECT_TRUE(is_utf8(Bytes{0xC2, 0x80, 0xDF, 0xBF}));
  EXPECT_TRUE(is_utf8(Bytes{0xE0, 0xA0, 0x80, 0xED, 0x9F, 0xBF, 0xEE, 0x80, 0x80, 0xEF, 0xBF, 0xBF}));
  EXPECT_TRUE(is_utf8(Bytes{0xF0, 0x90, 0x80, 0x80, 0xF4, 0x8F, 0xBF, 0xBF}));
}

TEST(Utf8, RefusesOverlongForms) {
  EXPECT_FALSE(is_utf8(Bytes{0xC0, 0x80}));
  EXPECT_FALSE(is_utf8(Bytes{0xC1, 0xBF}));
  EXPECT_FALSE(is_utf8(Bytes{0xE0, 0x9F, 0xBF}));
  EXPECT_FALSE(is_utf8(Bytes{0xF0, 0x8F, 0xBF, 0xBF}));
}

TEST(Utf8, RefusesSurrogatesAndWhatIsBeyondUnicode) {
  EXPECT_FALSE(is_utf8(Bytes{0xED, 0xA0, 0x80}));
  EXPECT_FALSE(is_utf8(Bytes{0xED, 0xBF, 0xBF}));
  EXPECT_FALSE(is_utf8(Bytes{0xF4, 0x90, 0x80, 0x80}));
  EXPECT_FALSE(is_utf8(Bytes{0xF5, 0x80, 0x80, 0x80}));
  EXPECT_FALSE(is_utf8(Bytes{0xFF}));
}

TEST(Utf8, RefusesCutAndStrayBytes) {
  EXPECT_FALSE(is_utf8(Bytes{0x80}));
  EXPECT_FALSE(is_utf8(Bytes{0xC2}));
  EXPECT_FALSE(is_utf8(Bytes{0xE1, 0x80}));
  EXPECT_FALSE(is_utf8(Bytes{0xE1, 0x80, 0x41}));
  EXPECT_FALSE(is_utf8(Bytes{0xF1, 0x80, 0x80}));
}

TEST(Utf8, CountsTheGoodPrefix) { EXPECT_EQ(valid_utf8_prefix(Bytes{0x41, 0xC2, 0x80, 0x80}), 3U); }

}  // namespace
}  // namespace wasmjet
