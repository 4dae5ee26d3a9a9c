#pragma once

#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>

namespace wasmjet {

/// A signal that was taken. Ticks that came due before it, without a signal of their own, are told with it.
struct Tick {
  std::uint32_t missed = 0;   ///< while the signal waited to be taken
  std::uint32_t skipped = 0;  ///< because whoever sends the signals had no processor
  std::int64_t late = 0;      ///< nanoseconds since the first of `missed`, or this one, was due
  /// What the thread had consumed of its processor's time when the signal was sent, in nanoseconds.
  std::optional<std::int64_t> consumed = std::nullopt;
};

/// Sends a signal at even intervals of real time to the thread that made it, which alone uses it. Never more
/// than one signal is under way, however long the thread does not take it.
class TickSource {
 public:
  virtual ~TickSource() = default;

  /// `begin` is of the monotonic clock; the first tick is a period later. Both are in nanoseconds. Throws
  /// std::system_error.
  virtual void start(std::int64_t begin, std::int64_t period) = 0;
  /// A last signal may still be under way. Does nothing unless started.
  virtual void stop() = 0;
  /// For the signal's handler: what the signal that has come `now` says; nothing if somebody else has sent
  /// it. Async-signal-safe.
  virtual std::optional<Tick> take(const siginfo_t& info, std::int64_t now) = 0;
  /// The process has given up rights that threads inherit: what was begun before shall not have them either.
  /// Throws std::system_error.
  virtual void renew() {}
};

/// A timer. Its interrupt and setting it again cost the thread that gets the signal 35 to 50 microseconds on
/// virtual machines. Throws std::system_error.
std::unique_ptr<TickSource> make_timer_ticks(int signal);

/// A thread that sleeps and sends signals: the interrupts come on the processor on which it sleeps. Throws
/// std::system_error.
std::unique_ptr<TickSource> make_thread_ticks(int signal);

/// The thread where the process has a second processor for it, else the timer.
std::unique_ptr<TickSource> make_tick_source(int signal);

}  // namespace wasmjet
