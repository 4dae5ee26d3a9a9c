#include "cli/values.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace wasmjet::cli {
namespace {

TEST(ParseValue, IntegersSignedAndUnsigned) {
  EXPECT_EQ(parse_value(kI32, "10")->i32, 10);
  EXPECT_EQ(parse_value(kI32, "-1")->u32, 0xFFFFFFFFU);
  EXPECT_EQ(parse_value(kI32, "4294967295")->i32, -1);
  EXPECT_EQ(parse_value(kI32, "-2147483648")->u32, 0x80000000U);
  EXPECT_EQ(parse_value(kI32, "0xff")->i32, 255);
  EXPECT_EQ(parse_value(kI64, "-0x1")->i64, -1);
  EXPECT_EQ(parse_value(kI64, "18446744073709551615")->i64, -1);
  EXPECT_EQ(parse_value(kI64, "-9223372036854775808")->i64, std::numeric_limits<std::int64_t>::min());
}

TEST(ParseValue, RefusesWhatIsNoInteger) {
  for (const char* text :
       {"", "-", "x", "1.5", "1 ", " 1", "4294967296", "-2147483649", "0x", "--1", "+-1"}) {
    EXPECT_FALSE(parse_value(kI32, text)) << text;
  }
  EXPECT_FALSE(parse_value(kI64, "18446744073709551616"));
  EXPECT_FALSE(parse_value(kI64, "-9223372036854775809"));
}

TEST(ParseValue, Floats) {
  EXPECT_EQ(parse_value(kF64, "1.5")->f64, 1.5);
  EXPECT_EQ(parse_value(kF32, "-0.1")->f32, -0.1F);
  EXPECT_EQ(parse_value(kF64, "1e300")->f64, 1e300);
  EXPECT_EQ(parse_value(kF64, "0x1.8p1")->f64, 3.0);
  EXPECT_EQ(parse_value(kF64, "0xap0")->f64, 10.0);
  EXPECT_EQ(parse_value(kF64, "-inf")->f64, -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(parse_value(kF32, "nan")->f32));
  EXPECT_TRUE(std::signbit(parse_value(kF64, "-0")->f64));
  for (const char* text : {"", "-", "x", "1.5x", "--1", "+-1", "nanx", "infinity", "-infinity", "0x"}) {
    EXPECT_FALSE(parse_value(kF64, text)) << text;
  }
}

TEST(ParseValue, OnlyTheNullReference) {
  EXPECT_EQ(parse_value(kFuncRef, "null")->ref, nullptr);
  EXPECT_FALSE(parse_value(kExternRef, "1"));
  EXPECT_FALSE(parse_value(kV128, "0"));
}

TEST(FormatValue, IntegersAreSigned) {
  EXPECT_EQ(format_value(kI32, Value{.u64 = 0xFFFFFFFF}), "-1");
  EXPECT_EQ(format_value(kI64, Value{.i64 = std::numeric_limits<std::int64_t>::min()}),
            "-9223372036854775808");
}

TEST(FormatValue, FloatsRoundTripInTheShortestForm) {
  EXPECT_EQ(format_value(kF64, Value{.f64 = 0.1}), "0.1");
  EXPECT_EQ(format_value(kF32, Value{.f32 = 0.1F}), "0.1");
  EXPECT_EQ(format_value(kF64, Value{.f64 = 3}), "3");
  EXPECT_EQ(format_value(kF64, Value{.f64 = -0.0}), "-0");
  EXPECT_EQ(format_value(kF64, Value{.f64 = std::numeric_limits<double>::infinity()}), "inf");
  EXPECT_EQ(format_value(kF64, Value{.f64 = std::numeric_limits<double>::quiet_NaN()}), "nan");
  EXPECT_EQ(format_value(kF32, Value{.f32 = std::bit_cast<float>(0xFFC00000U)}), "-nan");
  EXPECT_EQ(format_value(kF32, Value{.f32 = std::bit_cast<float>(0x7FA00000U)}), "nan:0x200000");
}

TEST(FormatValue, References) {
  EXPECT_EQ(format_value(kFuncRef, Value{.ref = nullptr}), "null");
  int object = 0;
  EXPECT_EQ(format_value(kFuncRef, Value{.ref = &object}), "funcref");
}

}  // namespace
}  // namespace wasmjet::cli
