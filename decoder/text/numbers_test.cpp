#include "decoder/text/numbers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>

namespace wasmjet::text {
namespace {

MATCHER_P(IsBits, bits, "") {
  *result_listener << "status " << static_cast<int>(arg.status) << ", bits " << std::hex << arg.bits;
  return arg.status == NumberStatus::ok && arg.bits == static_cast<std::uint64_t>(bits);
}
MATCHER(IsMalformed, "") { return arg.status == NumberStatus::malformed; }
MATCHER(IsOutOfRange, "") {
  *result_listener << "status " << static_cast<int>(arg.status) << ", bits " << std::hex << arg.bits;
  return arg.status == NumberStatus::out_of_range;
}

auto is_f32(float value) { return IsBits(std::bit_cast<std::uint32_t>(value)); }
auto is_f64(double value) { return IsBits(std::bit_cast<std::uint64_t>(value)); }

TEST(Integers, AreDecimalOrHexadecimal) {
  EXPECT_THAT(parse_unsigned("0", 32), IsBits(0));
  EXPECT_THAT(parse_unsigned("1_000", 32), IsBits(1000));
  EXPECT_THAT(parse_unsigned("0xaF_0", 32), IsBits(0xAF0));
  for (const char* text : {"", "_1", "1_", "1__0", "0x", "0x_1", "0X1", "1a", "+1", "-1", "1.0"}) {
    EXPECT_THAT(parse_unsigned(text, 32), IsMalformed()) << text;
  }
}

TEST(Integers, HaveARange) {
  EXPECT_THAT(parse_unsigned("4294967295", 32), IsBits(0xFFFFFFFF));
  EXPECT_THAT(parse_unsigned("4294967296", 32), IsOutOfRange());
  EXPECT_THAT(parse_unsigned("0xFFFFFFFFFFFFFFFF", 64), IsBits(UINT64_MAX));
  EXPECT_THAT(parse_unsigned("18446744073709551615", 64), IsBits(UINT64_MAX));
  EXPECT_THAT(parse_unsigned("18446744073709551616", 64), IsOutOfRange());
  EXPECT_THAT(parse_unsigned("0x10000000000000000", 64), IsOutOfRange());
}

TEST(Integers, MaySignConstants) {
  EXPECT_THAT(parse_integer("-1", 32), IsBits(0xFFFFFFFF));
  EXPECT_THAT(parse_integer("+0x1", 32), IsBits(1));
  EXPECT_THAT(parse_integer("-2147483648", 32), IsBits(0x80000000));
  EXPECT_THAT(parse_integer("-2147483649", 32), IsOutOfRange());
  EXPECT_THAT(parse_integer("-0x8000000000000000", 64), IsBits(std::uint64_t{1} << 63));
  EXPECT_THAT(parse_integer("-0x8000000000000001", 64), IsOutOfRange());
  EXPECT_THAT(parse_integer("255", 8), IsBits(255));
  EXPECT_THAT(parse_integer("256", 8), IsOutOfRange());
  EXPECT_THAT(parse_integer("-", 32), IsMalformed());
  EXPECT_THAT(parse_integer("--1", 32), IsMalformed());
}

TEST(Floats, Decimal) {
  EXPECT_THAT(parse_f64("0"), is_f64(0.0));
  EXPECT_THAT(parse_f64("-0.0"), is_f64(-0.0));
  EXPECT_THAT(parse_f64("1."), is_f64(1.0));
  EXPECT_THAT(parse_f64("1.e2"), is_f64(100.0));
  EXPECT_THAT(parse_f64("1_2.3_4E-0_1"), is_f64(1.234));
  EXPECT_THAT(parse_f32("0.1"), is_f32(0.1F));
  EXPECT_THAT(parse_f32("+16777217"), is_f32(16777216.0F));
  for (const char* text :
       {"", ".5", "1e", "1e+", "1_.0", "1._0", "1.0_", "1.0e_1", "0x", "1p1", "1.0f", "infinity"}) {
    EXPECT_THAT(parse_f64(text), IsMalformed()) << text;
  }
}

TEST(Floats, DecimalRange) {
  EXPECT_THAT(parse_f32("340282346638528859811704183484516925440"), IsBits(0x7F7FFFFF));
  EXPECT_THAT(parse_f32("340282356779733661637539395458142568447"), IsBits(0x7F7FFFFF));
  EXPECT_THAT(parse_f32("340282356779733661637539395458142568448"), IsOutOfRange());
  EXPECT_THAT(parse_f64("1.7976931348623159e308"), IsOutOfRange());
  EXPECT_THAT(parse_f64("1e99999999999999999999"), IsOutOfRange());
  EXPECT_THAT(parse_f64("0e99999999999999999999"), is_f64(0.0));
  EXPECT_THAT(parse_f64("-1e-99999999999999999999"), is_f64(-0.0));
  EXPECT_THAT(parse_f32("1e-46"), is_f32(0.0F));
  EXPECT_THAT(parse_f32("1e-45"), IsBits(1));
  EXPECT_THAT(parse_f32("0.00000000000000000000000000000000000000000000001"), is_f32(0.0F));
  EXPECT_THAT(parse_f64("4.94065645841246544e-324"), IsBits(1));
}

TEST(Floats, Hexadecimal) {
  EXPECT_THAT(parse_f64("0x1"), is_f64(1.0));
  EXPECT_THAT(parse_f64("-0x1.8p1"), is_f64(-3.0));
  EXPECT_THAT(parse_f64("0xA.bP-0_4"), is_f64(0.66796875));
  EXPECT_THAT(parse_f64("0x0.0p5"), is_f64(0.0));
  EXPECT_THAT(parse_f64("-0x0"), is_f64(-0.0));
  EXPECT_THAT(parse_f64("0x10000000000000000000000000p-100"), is_f64(1.0));
  EXPECT_THAT(parse_f64("0x0.00000000000000000000000001p104"), is_f64(1.0));
  for (const char* text : {"0x", "0x.1", "0x1p", "0x1p0x1", "0x1e+5", "0x1._0", "0x1.g"}) {
    EXPECT_THAT(parse_f64(text), IsMalformed()) << text;
  }
}

TEST(Floats, HexadecimalRoundsToNearestEven) {
  EXPECT_THAT(parse_f32("0x1.000001p0"), IsBits(0x3F800000));                // half: to even, down
  EXPECT_THAT(parse_f32("0x1.000003p0"), IsBits(0x3F800002));                // half: to even, up
  EXPECT_THAT(parse_f32("0x1.00000100000000000001p0"), IsBits(0x3F800001));  // more than half, far below
  EXPECT_THAT(parse_f32("0x1.ffffffp0"), IsBits(0x40000000));                // carries into the exponent
  EXPECT_THAT(parse_f64("0x1.00000000000008p0"), IsBits(0x3FF0000000000000));
  EXPECT_THAT(parse_f64("0x1.0000000000000800000000000000000000000001p0"), IsBits(0x3FF0000000000001));
}

TEST(Floats, HexadecimalRange) {
  EXPECT_THAT(parse_f32("0x1.fffffep127"), IsBits(0x7F7FFFFF));
  EXPECT_THAT(parse_f32("0x1.fffffefffffffffffffp127"), IsBits(0x7F7FFFFF));
  EXPECT_THAT(parse_f32("0x1.ffffffp127"), IsOutOfRange());
  EXPECT_THAT(parse_f32("0x1p128"), IsOutOfRange());
  EXPECT_THAT(parse_f64("0x1p1024"), IsOutOfRange());
  EXPECT_THAT(parse_f64("0x1p99999999999999999999"), IsOutOfRange());
  EXPECT_THAT(parse_f32("0x1p-149"), IsBits(1));
  EXPECT_THAT(parse_f32("0x1p-150"), IsBits(0));  // half of the least: to even
  EXPECT_THAT(parse_f32("0x1.000001p-150"), IsBits(1));
  EXPECT_THAT(parse_f32("0x1p-151"), IsBits(0));
  EXPECT_THAT(parse_f32("0x1.fffffep-127"), IsBits(0x00800000));  // the greatest subnormal's half above
  EXPECT_THAT(parse_f32("0x1.fffffcp-127"), IsBits(0x007FFFFF));
  EXPECT_THAT(parse_f64("0x1p-1074"), IsBits(1));
  EXPECT_THAT(parse_f64("0x1p-1075"), IsBits(0));
  EXPECT_THAT(parse_f64("0x1.8p-1075"), IsBits(1));
  EXPECT_THAT(parse_f64("0x1p-99999999999999999999"), IsBits(0));
}

TEST(Floats, InfinitiesAndNans) {
  EXPECT_THAT(parse_f32("inf"), IsBits(0x7F800000));
  EXPECT_THAT(parse_f64("-inf"), IsBits(0xFFF0000000000000));
  EXPECT_THAT(parse_f32("+nan"), IsBits(0x7FC00000));
  EXPECT_THAT(parse_f64("-nan"), IsBits(0xFFF8000000000000));
  EXPECT_THAT(parse_f32("nan:0x1"), IsBits(0x7F800001));
  EXPECT_THAT(parse_f32("-nan:0x7f_ffff"), IsBits(0xFFFFFFFF));
  EXPECT_THAT(parse_f32("nan:0x800000"), IsOutOfRange());
  EXPECT_THAT(parse_f32("nan:0x0"), IsOutOfRange());
  EXPECT_THAT(parse_f64("nan:0x10000000000000000"), IsOutOfRange());
  for (const char* text : {"nan:1", "nan:0x", "nan0x1", "nan:canonical", "Inf", "- inf", "nan:0x1p1"}) {
    EXPECT_THAT(parse_f32(text), IsMalformed()) << text;
  }
}

}  // namespace
}  // namespace wasmjet::text
