#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "runtime/tick_source.hpp"

namespace wasmjet {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class TimerTicks final : public TickSource {
 public:
  explicit TimerTicks(int signal) {
    sigevent event{};
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = signal;
    event._sigev_un._tid = gettid();
    if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) fail("timer_create");
  }
  ~TimerTicks() override { timer_delete(timer_); }
  TimerTicks(const TimerTicks&) = delete;
  TimerTicks& operator=(const TimerTicks&) = delete;

  void start(std::int64_t begin, std::int64_t period) override {
    begin_ = begin;
    period_ = period;
    const itimerspec setting{time_of(period), time_of(begin + period)};
    if (timer_settime(timer_, TIMER_ABSTIME, &setting, nullptr) != 0) fail("timer_settime");
  }
  void stop() override {
    const itimerspec never{};
    timer_settime(timer_, 0, &never, nullptr);
  }
  std::optional<Tick> take(const siginfo_t& info, std::int64_t now) override {
    if (info.si_code != SI_TIMER) return std::nullopt;
    const int missed = std::max(info.si_overrun, 0);
    return Tick{static_cast<std::uint32_t>(missed), 0, (now - begin_) % period_ + missed * period_};
  }

 private:
  static timespec time_of(std::int64_t nanoseconds) { return {nanoseconds / kSecond, nanoseconds % kSecond}; }

  timer_t timer_{};
  std::int64_t begin_ = 0;
  std::int64_t period_ = 1;
};

}  // namespace

std::unique_ptr<TickSource> make_timer_ticks(int signal) { return std::make_unique<TimerTicks>(signal); }

}  // namespace wasmjet
