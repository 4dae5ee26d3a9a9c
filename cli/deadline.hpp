#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "runtime/watchdog.hpp"

namespace wasmjet::cli {

/// `--timeout`: a watchdog that interrupts compiling and running, and behind it an alarm that
/// ends the process should it still be there a little later (blocked in a read of its module, say, or in
/// a system call that nothing interrupts), or before the watchdog has begun. Without start_watchdog() there
/// is the alarm alone. One at a time; the alarm outlives it.
class Deadline {
 public:
  /// How long after the deadline the polite way may take.
  static constexpr std::chrono::milliseconds kGrace{25};
  /// The same where more than the exit code is at stake.
  static constexpr std::chrono::milliseconds kLongGrace{2000};

  /// The time runs from here on. Does nothing without a timeout.
  explicit Deadline(std::optional<std::chrono::nanoseconds> timeout,
                    std::chrono::milliseconds grace = kGrace);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// Starts the watchdog: apart from the constructor, so that its thread inherits what the process has given
  /// up meanwhile.
  void start_watchdog();

  /// Polled while decoding and compiling; may be null.
  const std::atomic<bool>* cancel() const { return watchdog_ ? watchdog_->cancel() : nullptr; }
  bool expired() const { return watchdog_ && watchdog_->expired(); }
  void watch(Store* store) {
    if (watchdog_) watchdog_->watch(store);
  }

  /// The outcome is known: what is left (a last message, giving memory back) does not change it, however long
  /// it takes. Should it take longer than the time given, the process ends with `exit_code` and says nothing
  /// more. Does nothing where there is no timeout.
  static void settle(int exit_code);
  /// Nothing ends the process any more: for a process that goes on with something else.
  static void dismiss();

 private:
  std::optional<std::chrono::nanoseconds> timeout_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::optional<Watchdog> watchdog_;
};

}  // namespace wasmjet::cli
