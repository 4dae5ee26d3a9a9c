#include <sys/resource.h>

#include <chrono>

#include "wasi/clock.hpp"
#include "wasi/test_guest.hpp"
#include "wasi/test_interrupt.hpp"

namespace wasmjet::wasi {
namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;

Subscription clock_subscription(std::uint64_t userdata, ClockId clock, std::uint64_t timeout,
                                std::uint16_t flags = 0) {
  Subscription subscription = {};
  subscription.userdata = userdata;
  subscription.tag = static_cast<std::uint8_t>(EventType::clock);
  subscription.clock_id_or_fd = static_cast<std::uint32_t>(clock);
  subscription.timeout = timeout;
  subscription.flags = flags;
  return subscription;
}

Subscription fd_subscription(std::uint64_t userdata, EventType type, std::uint32_t fd) {
  Subscription subscription = {};
  subscription.userdata = userdata;
  subscription.tag = static_cast<std::uint8_t>(type);
  subscription.clock_id_or_fd = fd;
  return subscription;
}

class PollTest : public testing::Test {
 protected:
  static constexpr std::uint32_t kIn = 1024;
  static constexpr std::uint32_t kEvents = 2048;

  PollTest() : guest_(config()) {}

  Pipe in_;
  Pipe out_;
  TempDir dir_;
  Guest guest_;

  WasiConfig config() {
    WasiConfig result;
    result.stdin_fd = in_.reader();
    result.stdout_fd = out_.writer();
    result.preopens.push_back({dir_.string(), "/", false});
    return result;
  }
  std::vector<Event> poll(const std::vector<Subscription>& subscriptions) {
    for (std::size_t i = 0; i < subscriptions.size(); ++i) {
      guest_.write(kIn + static_cast<std::uint32_t>(i * sizeof(Subscription)), subscriptions[i]);
    }
    EXPECT_EQ(guest_.call("poll_oneoff", kIn, kEvents, subscriptions.size(), 16), Errno::success);
    std::vector<Event> events(guest_.read<std::uint32_t>(16));
    for (std::size_t i = 0; i < events.size(); ++i) {
      events[i] = guest_.read<Event>(kEvents + static_cast<std::uint32_t>(i * sizeof(Event)));
    }
    return events;
  }
};

TEST_F(PollTest, SleepsForASpan) {
  for (const ClockId clock : {ClockId::monotonic, ClockId::realtime}) {
    const std::uint64_t start = now(CLOCK_MONOTONIC);
    const auto events = poll({clock_subscription(42, clock, 20 * kMillisecond)});
    EXPECT_GE(now(CLOCK_MONOTONIC) - start, 20 * kMillisecond);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].userdata, 42U);
    EXPECT_EQ(events[0].error, Errno::success);
    EXPECT_EQ(events[0].type, EventType::clock);
  }
}

TEST_F(PollTest, SleepsUntilATime) {
  for (const auto& [clock, host] :
       {std::pair{ClockId::monotonic, CLOCK_MONOTONIC}, std::pair{ClockId::realtime, CLOCK_REALTIME}}) {
    const std::uint64_t end = now(host) + 20 * kMillisecond;
    ASSERT_EQ(poll({clock_subscription(1, clock, end, kSubclockAbstime)}).size(), 1U);
    EXPECT_GE(now(host), end);
    EXPECT_EQ(poll({clock_subscription(1, clock, 5, kSubclockAbstime)}).size(), 1U);
  }
}

TEST_F(PollTest, EndsWithTheFirstClock) {
  const auto events = poll({clock_subscription(1, ClockId::monotonic, UINT64_MAX),
                            clock_subscription(2, ClockId::monotonic, kMillisecond)});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].userdata, 2U);
}

TEST_F(PollTest, TellsAllThatIsDueAtOnce) {
  ASSERT_EQ(write(in_.writer(), "abc", 3), 3);
  const auto events =
      poll({clock_subscription(1, ClockId::monotonic, 0), fd_subscription(2, EventType::fd_read, 0),
            clock_subscription(3, ClockId::realtime, 5, kSubclockAbstime),
            clock_subscription(4, ClockId::realtime, UINT64_MAX, kSubclockAbstime),
            fd_subscription(5, EventType::fd_write, 1), fd_subscription(6, EventType::fd_read, 0),
            clock_subscription(7, ClockId::monotonic, 3600 * 1000 * kMillisecond)});
  std::vector<std::uint64_t> told;
  for (const Event& event : events) {
    EXPECT_EQ(event.error, Errno::success);
    told.push_back(event.userdata);
  }
  std::ranges::sort(told);
  EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 2, 3, 5, 6}));
}

TEST_F(PollTest, ProcessorClocksAndUnknownOnesAreErrorsOfTheirEvents) {
  const auto events = poll({clock_subscription(1, ClockId::process_cputime, 0),
                            clock_subscription(2, static_cast<ClockId>(9), 0),
                            clock_subscription(3, ClockId::monotonic, 0, 2)});
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].error, Errno::notsup);
  EXPECT_EQ(events[1].error, Errno::inval);
  EXPECT_EQ(events[2].error, Errno::inval);
}

TEST_F(PollTest, TellsWhatCanBeRead) {
  const auto nothing = poll(
      {fd_subscription(1, EventType::fd_read, 0), clock_subscription(2, ClockId::monotonic, kMillisecond)});
  ASSERT_EQ(nothing.size(), 1U);
  EXPECT_EQ(nothing[0].userdata, 2U);
  ASSERT_EQ(write(in_.writer(), "abc", 3), 3);
  const auto events = poll({fd_subscription(1, EventType::fd_read, 0)});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].type, EventType::fd_read);
  EXPECT_EQ(events[0].nbytes, 3U);
  EXPECT_EQ(events[0].flags, 0);
}

TEST_F(PollTest, TellsThatThePeerHasClosed) {
  in_.close_writer();
  out_.close_reader();
  const auto events =
      poll({fd_subscription(1, EventType::fd_read, 0), fd_subscription(2, EventType::fd_write, 1)});
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].flags, kEventHangup);
  EXPECT_EQ(events[1].flags, kEventHangup);
}

TEST_F(PollTest, FilesAreAlwaysReady) {
  dir_.write("f", "12345");
  const int fd = guest_.open("f", 0, rights::kAll);
  EXPECT_EQ(guest_.read_fd(static_cast<std::uint32_t>(fd), 2), "12");
  const auto events = poll({fd_subscription(1, EventType::fd_read, static_cast<std::uint32_t>(fd)),
                            fd_subscription(2, EventType::fd_write, static_cast<std::uint32_t>(fd)),
                            clock_subscription(3, ClockId::monotonic, 1000 * kMillisecond)});
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].nbytes, 3U);
  EXPECT_EQ(events[1].type, EventType::fd_write);
}

TEST_F(PollTest, BadDescriptorsAreErrorsOfTheirEvents) {
  const auto events = poll(
      {fd_subscription(1, EventType::fd_read, 99), fd_subscription(2, EventType::fd_read, 1),
       fd_subscription(3, EventType::fd_write, 1), clock_subscription(4, ClockId::monotonic, UINT64_MAX)});
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].error, Errno::badf);
  EXPECT_EQ(events[1].error, Errno::notcapable);
  EXPECT_EQ(events[2].error, Errno::success);
}

TEST_F(PollTest, Fails) {
  EXPECT_EQ(guest_.call("poll_oneoff", kIn, kEvents, 0, 16), Errno::inval);
  EXPECT_EQ(guest_.call("poll_oneoff", kIn, kEvents, 0xFFFFFFFF, 16), Errno::inval);
  EXPECT_EQ(guest_.call("poll_oneoff", Guest::kMemorySize - 47, kEvents, 1, 16), Errno::fault);
  EXPECT_EQ(guest_.call("poll_oneoff", kIn, Guest::kMemorySize - 31, 1, 16), Errno::fault);
  EXPECT_EQ(guest_.call("poll_oneoff", kIn, kEvents, 1, Guest::kMemorySize - 3), Errno::fault);
  Subscription unknown = {};
  unknown.tag = 3;
  guest_.write(kIn, unknown);
  EXPECT_EQ(guest_.call("poll_oneoff", kIn, kEvents, 1, 16), Errno::inval);
}

TEST_F(PollTest, BuffersMayOverlap) {
  guest_.write(kIn, clock_subscription(7, ClockId::monotonic, 0));
  guest_.write(kIn + 48, clock_subscription(8, ClockId::monotonic, 0));
  EXPECT_EQ(guest_.call("poll_oneoff", kIn, kIn, 2, 16), Errno::success);
  EXPECT_EQ(guest_.read<std::uint32_t>(16), 2U);
  EXPECT_EQ(guest_.read<Event>(kIn + 32).userdata, 8U);
}

TEST_F(PollTest, IsInterrupted) {
  guest_.write(kIn, clock_subscription(7, ClockId::monotonic, UINT64_MAX));
  InterruptSoon interrupt(guest_.store());
  std::uint32_t ignored = 0;
  EXPECT_EQ(guest_.call_raw("poll_oneoff", ignored, kIn, kEvents, 1, 16).trap, TrapCode::interrupted);
}

TEST_F(PollTest, MoreSubscriptionsThanAProcessMayHaveDescriptors) {
  constexpr std::uint32_t kCount = 3000;
  constexpr std::uint32_t kManyIn = 0x10000;
  constexpr std::uint32_t kManyEvents = 0x80000;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{64, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  for (std::uint32_t i = 0; i < kCount; ++i) {  // only those of stdout come to pass
    const Subscription subscription =
        i % 2 == 0 ? fd_subscription(i, EventType::fd_write, 1) : fd_subscription(i, EventType::fd_read, 0);
    guest_.write(kManyIn + i * static_cast<std::uint32_t>(sizeof subscription), subscription);
  }
  EXPECT_EQ(guest_.call("poll_oneoff", kManyIn, kManyEvents, kCount, 16), Errno::success);
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_EQ(guest_.read<std::uint32_t>(16), kCount / 2);
  EXPECT_EQ(guest_.read<Event>(kManyEvents + sizeof(Event)).userdata, 2U);
}

}  // namespace
}  // namespace wasmjet::wasi
