#include "wasi/test_guest.hpp"

namespace wasmjet::wasi {
namespace {

TEST(Proc, ExitLeavesWithItsStatus) {
  Guest guest;
  std::uint32_t ignored = 0;
  const HostResult how = guest.call_raw("proc_exit", ignored, 33);
  EXPECT_EQ(how.trap, TrapCode::exit);
  EXPECT_EQ(how.exit_status, 33U);
}

TEST(Proc, RaiseIsNotThere) { EXPECT_EQ(Guest().call("proc_raise", 6), Errno::nosys); }

TEST(Proc, YieldsAndIsInterrupted) {
  Guest guest;
  EXPECT_EQ(guest.call("sched_yield"), Errno::success);
  guest.store().interrupt = 1;
  std::uint32_t ignored = 0;
  EXPECT_EQ(guest.call_raw("sched_yield", ignored).trap, TrapCode::interrupted);
}

TEST(Random, FillsExactlyTheBuffer) {
  Guest guest;
  ASSERT_EQ(guest.call("random_get", 100, 64), Errno::success);
  EXPECT_NE(guest.read_string(100, 64), std::string(64, '\0'));
  EXPECT_EQ(guest.read_string(164, 64), std::string(64, '\0'));
  EXPECT_EQ(guest.call("random_get", 100, 0), Errno::success);
  EXPECT_EQ(guest.call("random_get", 100, 0xFFFFFFFF), Errno::fault);
  EXPECT_EQ(guest.call("random_get", Guest::kMemorySize, 0), Errno::success);
  EXPECT_EQ(guest.call("random_get", Guest::kMemorySize, 1), Errno::fault);
}

TEST(Clock, TellsTheTimeOfEveryClock) {
  Guest guest;
  for (std::uint32_t id = 0; id < 4; ++id) {
    EXPECT_EQ(guest.call("clock_time_get", id, 0, 16), Errno::success) << id;
    EXPECT_GT(guest.read<std::uint64_t>(16), 0U) << id;
    EXPECT_EQ(guest.call("clock_res_get", id, 24), Errno::success) << id;
    EXPECT_GT(guest.read<std::uint64_t>(24), 0U) << id;
  }
  EXPECT_EQ(guest.call("clock_time_get", 4, 0, 16), Errno::inval);
  EXPECT_EQ(guest.call("clock_res_get", 0xFFFFFFFF, 16), Errno::inval);
  EXPECT_EQ(guest.call("clock_time_get", 0, 0, Guest::kMemorySize - 7), Errno::fault);
}

TEST(Clock, MonotonicNeverGoesBack) {
  Guest guest;
  ASSERT_EQ(guest.call("clock_time_get", 1, 0, 16), Errno::success);
  ASSERT_EQ(guest.call("clock_time_get", 1, 0, 24), Errno::success);
  EXPECT_LE(guest.read<std::uint64_t>(16), guest.read<std::uint64_t>(24));
}

}  // namespace
}  // namespace wasmjet::wasi
