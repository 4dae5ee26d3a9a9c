#include "decoder/leb128.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace wasmjet {
namespace {

template <class T, unsigned kBits = sizeof(T) * 8>
LebResult<T> read(const std::vector<std::uint8_t>& bytes) {
  LebResult<T> result = read_leb128<T, kBits>(bytes.data(), bytes.data() + bytes.size());
  EXPECT_TRUE(result.error != LebError::none || result.position == bytes.data() + bytes.size());
  return result;
}

TEST(Leb128, ReadsUnsigned) {
  EXPECT_EQ(read<std::uint32_t>({0x00}).value, 0U);
  EXPECT_EQ(read<std::uint32_t>({0x7F}).value, 127U);
  EXPECT_EQ(read<std::uint32_t>({0x80, 0x01}).value, 128U);
  EXPECT_EQ(read<std::uint32_t>({0xE5, 0x8E, 0x26}).value, 624485U);
  EXPECT_EQ(read<std::uint32_t>({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).value, 0xFFFFFFFFU);
}

TEST(Leb128, ReadsSigned) {
  EXPECT_EQ(read<std::int32_t>({0x7F}).value, -1);
  EXPECT_EQ(read<std::int32_t>({0x40}).value, -64);
  EXPECT_EQ(read<std::int32_t>({0xC0, 0x00}).value, 64);
  EXPECT_EQ(read<std::int32_t>({0x80, 0x80, 0x80, 0x80, 0x78}).value,
            std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(read<std::int64_t>({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F}).value,
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ((read<std::int64_t, 33>({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).value), 0xFFFFFFFFLL);
}

TEST(Leb128, TakesPaddedForms) {
  EXPECT_EQ(read<std::uint32_t>({0x80, 0x80, 0x80, 0x80, 0x00}).value, 0U);
  EXPECT_EQ(read<std::int32_t>({0xFF, 0xFF, 0xFF, 0xFF, 0x7F}).value, -1);
}

TEST(Leb128, RefusesTooManyBytes) {
  EXPECT_EQ(read<std::uint32_t>({0x80, 0x80, 0x80, 0x80, 0x80, 0x00}).error, LebError::too_long);
  EXPECT_EQ(read<std::int32_t>({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}).error, LebError::too_long);
}

TEST(Leb128, RefusesUnusedBits) {
  EXPECT_EQ(read<std::uint32_t>({0x80, 0x80, 0x80, 0x80, 0x10}).error, LebError::too_large);
  EXPECT_EQ(read<std::int32_t>({0x80, 0x80, 0x80, 0x80, 0x70}).error, LebError::too_large);
  EXPECT_EQ(read<std::int32_t>({0xFF, 0xFF, 0xFF, 0xFF, 0x0F}).error, LebError::too_large);
  EXPECT_EQ(read<std::int64_t>({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}).error,
            LebError::too_large);
  EXPECT_EQ((read<std::int64_t, 33>({0xFF, 0xFF, 0xFF, 0xFF, 0x2F}).error), LebError::too_large);
}

TEST(Leb128, StopsAtTheEnd) {
  EXPECT_EQ(read<std::uint32_t>({}).error, LebError::unexpected_end);
  EXPECT_EQ(read<std::uint32_t>({0x80}).error, LebError::unexpected_end);
}

TEST(Leb128, PointsAtTheWrongByte) {
  const std::vector<std::uint8_t> bytes = {0x80, 0x80, 0x80, 0x80, 0x10};
  const auto result = read_leb128<std::uint32_t>(bytes.data(), bytes.data() + bytes.size());
  EXPECT_EQ(result.position, bytes.data() + 4);
}

}  // namespace
}  // namespace wasmjet
