#include "decoder/text/printer/text_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <stdexcept>

#include "decoder/text/numbers.hpp"

namespace wasmjet::text {
namespace {

template <class Put>
std::string printed(Put put) {
  std::string text;
  TextOutput out([&text](std::string_view piece) { text += piece; });
  put(out);
  out.flush();
  return text;
}

std::string f32(std::uint32_t bits) {
  return printed([bits](TextOutput& out) { out.put_f32(bits); });
}
std::string f64(std::uint64_t bits) {
  return printed([bits](TextOutput& out) { out.put_f64(bits); });
}
std::string name(std::string_view text) {
  return printed([text](TextOutput& out) { out.put_name(text); });
}

TEST(TextOutput, Integers) {
  EXPECT_EQ(printed([](TextOutput& out) {
              out << std::numeric_limits<std::uint64_t>::max() << " "
                  << std::numeric_limits<std::int64_t>::min();
            }),
            "18446744073709551615 -9223372036854775808");
  EXPECT_EQ(printed([](TextOutput& out) { out.put_hex_word(0x2A); }), "0x0000002a");
}

TEST(TextOutput, Floats) {
  EXPECT_EQ(f32(0x3FC00000), "1.5");
  EXPECT_EQ(f32(0x80000000), "-0");
  EXPECT_EQ(f32(0x7F800000), "inf");
  EXPECT_EQ(f32(0xFF800000), "-inf");
  EXPECT_EQ(f32(0x7FC00000), "nan");
  EXPECT_EQ(f32(0xFFC00000), "-nan");
  EXPECT_EQ(f32(0x7F800001), "nan:0x1");
  EXPECT_EQ(f32(0xFFFFFFFF), "-nan:0x7fffff");
  EXPECT_EQ(f64(0x7FF0000000000001), "nan:0x1");
  EXPECT_EQ(f64(0x7FF8000000000000), "nan");
}

TEST(TextOutput, FloatsReadBackAsTheSameBits) {
  std::uint64_t bits = 1;  // a linear congruence's sequence: all exponents and signs, NaNs among them
  for (int i = 0; i < 20000; ++i) {
    bits = bits * 6364136223846793005U + 1442695040888963407U;
    const auto half = static_cast<std::uint32_t>(bits >> 32);
    ASSERT_EQ(parse_f64(f64(bits)).bits, bits) << f64(bits);
    ASSERT_EQ(parse_f32(f32(half)).bits, half) << f32(half);
  }
  for (const double value : {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::min(),
                             std::numeric_limits<double>::max()}) {
    const auto edge = std::bit_cast<std::uint64_t>(value);
    EXPECT_EQ(parse_f64(f64(edge)).bits, edge) << f64(edge);
  }
}

TEST(TextOutput, StringsOfBytes) {
  const std::uint8_t bytes[] = {'a', '"', '\\', 0, '\n', 0x7F, 0xC3, 0xA9};
  EXPECT_EQ(printed([&](TextOutput& out) { out.put_bytes(bytes); }), R"("a\"\\\00\0a\7f\c3\a9")");
}

TEST(TextOutput, NamesKeepWhatCanBeSeen) {
  EXPECT_EQ(name("caf\u00e9 \u4e2d \U0001F600"), "\"caf\u00e9 \u4e2d \U0001F600\"");
  EXPECT_EQ(name("\x1b[31m\t\"\\"), R"("\1b[31m\09\"\\")");
  EXPECT_EQ(name("\u009b\u202e\u200b\ufeff\U000E0001"), R"("\u{9b}\u{202e}\u{200b}\u{feff}\u{e0001}")");
}

TEST(TextOutput, IndentationIsBounded) {
  EXPECT_EQ(printed([](TextOutput& out) { out.new_line(2); }), "\n    ");
  EXPECT_EQ(printed([](TextOutput& out) { out.new_line(1'000'000); }).size(), 101U);
}

TEST(TextOutput, HandsOverInPieces) {
  std::size_t largest = 0;
  std::size_t total = 0;
  TextOutput out([&](std::string_view piece) {
    largest = std::max(largest, piece.size());
    total += piece.size();
  });
  for (int i = 0; i < 100'000; ++i) out << "0123456789";
  out.put_bytes(std::vector<std::uint8_t>(1'000'000));
  out.put_name(std::string(1'000'000, 'x'));
  out.flush();
  EXPECT_EQ(total, 1'000'000U + 3'000'002U + 1'000'002U);
  EXPECT_LT(largest, 100'000U);
}

TEST(TextOutput, WhatTheSinkThrowsEndsThePrinting) {
  TextOutput out([](std::string_view) { throw std::runtime_error("closed"); });
  EXPECT_THROW(out.put_bytes(std::vector<std::uint8_t>(1'000'000)), std::runtime_error);
}

}  // namespace
}  // namespace wasmjet::text
