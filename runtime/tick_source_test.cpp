#include "runtime/tick_source.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>

namespace wasmjet {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kPeriod{2};

std::int64_t now() { return nanoseconds(Clock::now().time_since_epoch()).count(); }

/// What the handler has seen.
TickSource* g_source = nullptr;
volatile std::sig_atomic_t g_signals = 0, g_foreign = 0;
volatile std::sig_atomic_t g_due = 0;  ///< ticks: those with a signal and those without
volatile std::sig_atomic_t g_most_missed = 0;

void on_signal(int, siginfo_t* info, void*) {
  const auto tick = g_source->take(*info, now());
  if (!tick) {
    g_foreign = g_foreign + 1;
    return;
  }
  g_signals = g_signals + 1;
  g_due = g_due + static_cast<int>(1 + tick->missed + tick->skipped);
  if (static_cast<int>(tick->missed) > g_most_missed) g_most_missed = static_cast<int>(tick->missed);
}

using Make = std::unique_ptr<TickSource> (*)(int);

class TickSources : public testing::TestWithParam<Make> {
 protected:
  void SetUp() override {
    struct sigaction action{};
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigaction(SIGRTMIN, &action, &before_);
    source_ = GetParam()(SIGRTMIN);
    g_source = source_.get();
    for (auto* const counter : {&g_signals, &g_foreign, &g_due, &g_most_missed}) *counter = 0;
  }
  void TearDown() override {
    source_.reset();
    sigaction(SIGRTMIN, &before_, nullptr);
  }
  void start() { source_->start(now(), nanoseconds(kPeriod).count()); }
  static void block_signal(int how) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    pthread_sigmask(how, &set, nullptr);
  }
  static void spin(milliseconds time) {
    for (const auto end = Clock::now() + time; Clock::now() < end;) {
    }
  }

  std::unique_ptr<TickSource> source_;
  struct sigaction before_{};
};

TEST_P(TickSources, TickAtEvenIntervalsOfRealTime) {
  const auto begin = Clock::now();
  start();
  while (g_due < 50) usleep(1000);
  EXPECT_GE(Clock::now() - begin, 50 * kPeriod);
  // Ticks without a signal are told with the next one, so they go with the clock however busy the machine is.
  spin(milliseconds(20));
  while (g_due < (Clock::now() - begin) / kPeriod - 2) usleep(1000);
  EXPECT_LE(g_due, (Clock::now() - begin) / kPeriod);
  EXPECT_EQ(g_foreign, 0);
}

TEST_P(TickSources, OneSignalIsUnderWayAtMost) {
  const auto begin = Clock::now();
  block_signal(SIG_BLOCK);
  start();
  spin(milliseconds(60));
  block_signal(SIG_UNBLOCK);
  while (g_signals == 0) usleep(1000);
  EXPECT_GE(g_most_missed, 1);  // they did not queue
  EXPECT_LE(g_due, (Clock::now() - begin) / kPeriod);
}

TEST_P(TickSources, SignalsOfOthersAreNoTicks) {
  raise(SIGRTMIN);
  tgkill(getpid(), gettid(), SIGRTMIN);
  sigqueue(getpid(), SIGRTMIN, {});
  EXPECT_EQ(g_signals, 0);
  EXPECT_EQ(g_foreign, 3);
}

TEST_P(TickSources, AreQuietWhenNotStarted) {
  spin(3 * kPeriod);
  EXPECT_EQ(g_signals, 0);
  start();
  while (g_signals == 0) usleep(1000);
  source_->stop();
  const int before = g_signals;
  spin(5 * kPeriod);
  EXPECT_EQ(g_signals, before);
  start();
  while (g_signals == before) usleep(1000);
}

TEST_P(TickSources, GoOnWhenTheyAreRenewed) {
  source_->renew();
  start();
  while (g_signals < 3) usleep(1000);
  source_->renew();
  const int before = g_signals;
  while (g_signals < before + 3) usleep(1000);
}

INSTANTIATE_TEST_SUITE_P(, TickSources, testing::Values(make_timer_ticks, make_thread_ticks),
                         [](const auto& test) { return test.index == 0 ? "Timer" : "Thread"; });

}  // namespace
}  // namespace wasmjet
