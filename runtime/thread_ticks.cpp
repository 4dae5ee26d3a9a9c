#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>

#include "runtime/signals_blocked.hpp"
#include "runtime/tick_source.hpp"

namespace wasmjet {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr std::size_t kStack = 256 << 10;  // thread-local variables included

class ThreadTicks final : public TickSource {
 public:
  explicit ThreadTicks(int signal) : signal_(signal) {
    pthread_getcpuclockid(pthread_self(), &receivers_clock_);
    begin_thread();
  }
  ~ThreadTicks() override { end_thread(); }
  ThreadTicks(const ThreadTicks&) = delete;
  ThreadTicks& operator=(const ThreadTicks&) = delete;

  void start(std::int64_t begin, std::int64_t period) override {
    {
      const std::scoped_lock lock(mutex_);
      period_ = nanoseconds(period);
      next_ = Clock::time_point(nanoseconds(begin)) + period_;
    }
    wake_.notify_one();
  }
  /// The thread sends with the lock held: when this returns, it sends no more.
  void stop() override {
    const std::scoped_lock lock(mutex_);
    period_ = nanoseconds::zero();
  }
  std::optional<Tick> take(const siginfo_t& info, std::int64_t now) override {
    if (info.si_code != SI_TKILL || info.si_pid != process_) return std::nullopt;
    const std::int64_t sent = sent_.exchange(0);
    if (sent == 0) return std::nullopt;
    return Tick{missed_.exchange(0), skipped_.exchange(0), now - sent, consumed_.load()};
  }
  void renew() override {
    end_thread();
    begin_thread();
  }

 private:
  void begin_thread();
  void end_thread();
  void run();
  void send();

  const int signal_;
  const pid_t process_ = getpid();
  const pid_t receiver_ = gettid();
  clockid_t receivers_clock_{};
  std::optional<pthread_t> thread_;

  std::mutex mutex_;
  std::condition_variable wake_;
  nanoseconds period_{0};  ///< 0: not started
  Clock::time_point next_;
  bool end_ = false;

  std::atomic<std::int64_t> sent_{0};      ///< when the signal was sent that is under way; 0: none is
  std::atomic<std::int64_t> consumed_{0};  ///< by the receiver until then
  std::atomic<std::uint32_t> missed_{0};
  std::atomic<std::uint32_t> skipped_{0};
};

void ThreadTicks::begin_thread() {
  end_ = false;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStack);
  const SignalsBlocked blocked;
  pthread_t thread{};
  const int error = pthread_create(
      &thread, &attributes,
      [](void* self) -> void* {
        static_cast<ThreadTicks*>(self)->run();
        return nullptr;
      },
      this);
  pthread_attr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category(), "pthread_create");
  thread_ = thread;
}

void ThreadTicks::end_thread() {
  if (!thread_) return;
  {
    const std::scoped_lock lock(mutex_);
    end_ = true;
  }
  wake_.notify_one();
  pthread_join(*thread_, nullptr);
  thread_.reset();
}

void ThreadTicks::run() {
  std::unique_lock lock(mutex_);
  while (!end_) {
    if (period_ == nanoseconds::zero()) {
      wake_.wait(lock);
    } else if (Clock::now() < next_) {
      wake_.wait_until(lock, next_);
    } else {
      send();
    }
  }
}

/// Signals queue: a second one would be taken right behind the first, where that is not a tick later.
void ThreadTicks::send() {
  const Clock::time_point now = Clock::now();
  const auto before = static_cast<std::uint32_t>((now - next_) / period_);
  next_ += (before + 1) * period_;
  if (sent_.load() != 0) {
    missed_.fetch_add(before + 1);
    return;
  }
  skipped_.fetch_add(before);
  timespec consumed{};
  clock_gettime(receivers_clock_, &consumed);
  consumed_.store(consumed.tv_sec * std::int64_t{1'000'000'000} + consumed.tv_nsec);
  sent_.store(nanoseconds(now.time_since_epoch()).count());
  if (tgkill(process_, receiver_, signal_) == 0) return;
  sent_.store(0);
  skipped_.fetch_add(1);
}

}  // namespace

std::unique_ptr<TickSource> make_thread_ticks(int signal) { return std::make_unique<ThreadTicks>(signal); }

}  // namespace wasmjet
