#include "cli/units.hpp"

#include <gtest/gtest.h>

namespace wasmjet::cli {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

TEST(ParseNumber, DigitsUpToTheGreatest) {
  EXPECT_EQ(parse_number("0", 0), 0U);
  EXPECT_EQ(parse_number("0042", 42), 42U);
  EXPECT_EQ(parse_number("18446744073709551615", UINT64_MAX), UINT64_MAX);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x1", "1.0", "43", "18446744073709551617"}) {
    EXPECT_EQ(parse_number(text, 42), std::nullopt) << text;
  }
}

TEST(ParseDuration, NumbersWithUnits) {
  EXPECT_EQ(parse_duration("300ms"), nanoseconds(300ms));
  EXPECT_EQ(parse_duration("5s"), nanoseconds(5s));
  EXPECT_EQ(parse_duration("1.5s"), nanoseconds(1500ms));
  EXPECT_EQ(parse_duration("2m"), nanoseconds(2min));
  EXPECT_EQ(parse_duration("1h"), nanoseconds(1h));
  EXPECT_EQ(parse_duration("10us"), nanoseconds(10us));
}

TEST(ParseDuration, RefusesAllElse) {
  for (const char* text : {"", "5", "s", "5 s", "5sec", "-1s", "+1s", "0s", "nan s", "nans", "infs", "1e3s",
                           "99999999999h", "5s ", " 5s", "0x5s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(ParseSize, NumbersWithUnits) {
  EXPECT_EQ(parse_size("65536"), 65536U);
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("64KiB"), 65536U);
  EXPECT_EQ(parse_size("512MiB"), 512U << 20);
  EXPECT_EQ(parse_size("4GiB"), std::uint64_t{4} << 30);
  EXPECT_EQ(parse_size("1M"), 1U << 20);
  EXPECT_EQ(parse_size("500MB"), 500'000'000U);
}

TEST(ParseSize, RefusesAllElse) {
  for (const char* text : {"", "MiB", "-1", "+1", "1.5GiB", "1 MiB", "1mib", "0x10", "18446744073709551616",
                           "18446744073709551615KiB", "16777216TiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace wasmjet::cli
