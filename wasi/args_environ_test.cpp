#include "wasi/test_guest.hpp"

namespace wasmjet::wasi {
namespace {

Guest make_guest() {
  WasiConfig config;
  config.args = {"prog", "", "a b"};
  config.env = {"A=1"};
  return Guest(std::move(config));
}

TEST(Args, AreWrittenWithTheirPointers) {
  Guest guest = make_guest();
  ASSERT_EQ(guest.call("args_sizes_get", 16, 20), Errno::success);
  EXPECT_EQ(guest.read<std::uint32_t>(16), 3U);
  EXPECT_EQ(guest.read<std::uint32_t>(20), 10U);
  ASSERT_EQ(guest.call("args_get", 100, 200), Errno::success);
  EXPECT_EQ(guest.read<std::uint32_t>(100), 200U);
  EXPECT_EQ(guest.read<std::uint32_t>(104), 205U);
  EXPECT_EQ(guest.read<std::uint32_t>(108), 206U);
  EXPECT_EQ(guest.read_string(200, 10), std::string("prog\0\0a b\0", 10));
}

TEST(Args, FillMemoryToItsEnd) {
  Guest guest = make_guest();
  EXPECT_EQ(guest.call("args_get", Guest::kMemorySize - 12, 200), Errno::success);
  EXPECT_EQ(guest.call("args_get", Guest::kMemorySize - 11, 200), Errno::fault);
  EXPECT_EQ(guest.call("args_get", 100, Guest::kMemorySize - 10), Errno::success);
  EXPECT_EQ(guest.call("args_get", 100, Guest::kMemorySize - 9), Errno::fault);
  EXPECT_EQ(guest.call("args_get", 100, 0xFFFFFFFF), Errno::fault);
  EXPECT_EQ(guest.call("args_sizes_get", 0xFFFFFFFE, 20), Errno::fault);
}

TEST(Environ, IsWrittenWithItsPointers) {
  Guest guest = make_guest();
  ASSERT_EQ(guest.call("environ_sizes_get", 16, 20), Errno::success);
  EXPECT_EQ(guest.read<std::uint32_t>(16), 1U);
  EXPECT_EQ(guest.read<std::uint32_t>(20), 4U);
  ASSERT_EQ(guest.call("environ_get", 100, 200), Errno::success);
  EXPECT_EQ(guest.read_string(200, 4), std::string("A=1\0", 4));
}

TEST(Environ, IsEmptyUnlessGiven) {
  Guest guest;
  ASSERT_EQ(guest.call("environ_sizes_get", 16, 20), Errno::success);
  EXPECT_EQ(guest.read<std::uint64_t>(16), 0U);
}

TEST(Config, RejectsStringsWithNul) {
  WasiConfig config;
  config.args = {std::string("a\0b", 3)};
  EXPECT_THROW(WasiContext{config}, std::runtime_error);
}

TEST(Config, NamesThePreopenThatCannotBeOpened) {
  WasiConfig config;
  config.preopens.push_back({"/does/not/exist", "/", false});
  try {
    WasiContext context(config);
    FAIL() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "cannot preopen directory '/does/not/exist': No such file or directory");
  }
}

}  // namespace
}  // namespace wasmjet::wasi
