#include "runtime/watchdog.hpp"

#include <algorithm>

#include "runtime/store.hpp"

namespace wasmjet {

Watchdog::Watchdog(std::chrono::nanoseconds timeout) {
  // So long that adding it to the clock cannot overflow, and nobody waits for it.
  constexpr std::chrono::nanoseconds kLongest = std::chrono::hours(24 * 365);
  const auto deadline = std::chrono::steady_clock::now() + std::min(timeout, kLongest);
  thread_ = std::thread([this, deadline] { run(deadline); });
}

Watchdog::~Watchdog() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Watchdog::watch(Store* store) {
  const std::scoped_lock lock(mutex_);
  store_ = store;
}

void Watchdog::run(std::chrono::steady_clock::time_point deadline) {
  constexpr auto kInterval = std::chrono::milliseconds(10);
  std::unique_lock lock(mutex_);
  if (wake_.wait_until(lock, deadline, [this] { return stop_; })) return;
  expired_.store(true, std::memory_order_relaxed);
  do {
    if (store_ != nullptr) store_->request_interrupt();
  } while (!wake_.wait_for(lock, kInterval, [this] { return stop_; }));
}

}  // namespace wasmjet
