#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace wasmjet {

class Store;

/// Ends a run at a deadline. From then on cancel() is true, and the watched store is interrupted every
/// 10 ms until it is no longer watched.
///
/// Hand cancel() to decoding and instantiation, and watch() the store before its first call. Unwatch the
/// store (or destroy the watchdog) before the store goes.
class Watchdog {
 public:
  explicit Watchdog(std::chrono::nanoseconds timeout);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Null: none. Thread-safe.
  void watch(Store* store);
  const std::atomic<bool>* cancel() const { return &expired_; }
  /// True for whoever has seen that the store is interrupted on account of this.
  bool expired() const {
    std::atomic_thread_fence(std::memory_order_acquire);  // behind the load of StoreState::interrupt
    return expired_.load(std::memory_order_relaxed);
  }

 private:
  void run(std::chrono::steady_clock::time_point deadline);

  std::atomic<bool> expired_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  Store* store_ = nullptr;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace wasmjet
