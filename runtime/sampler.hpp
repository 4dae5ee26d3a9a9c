#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>

#include "runtime/sample_tree.hpp"
#include "runtime/tick_source.hpp"

namespace wasmjet {

class SignalContext;

/// How many samples a second, and how much is kept.
struct SamplerOptions {
  std::uint32_t rate = 1000;
  std::uint32_t max_stacks = 1U << 20;   ///< nodes of the tree: 32 bytes each, of address space at first
  std::size_t max_moments = 1ULL << 23;  ///< 8 bytes each; at 1 kHz, two hours and a quarter
};

/// What came of the ticks.
struct SamplerCounts {
  std::uint64_t samples = 0;
  std::uint64_t blocked = 0;  ///< of the samples
  std::uint64_t outside = 0;  ///< of the samples: while no Wasm was running
  /// Ticks at which the thread did not run, having been given no processor; at which there was none for
  /// whoever makes the ticks; and those that were left out because a sample had cost more than half a tick.
  std::uint64_t missed = 0;
};

/// A sampling profiler of one thread: a signal comes to it at every tick of real time (tick_source.hpp); the
/// handler walks the Wasm stack of either tier and counts it, without allocating or locking. Code that is
/// being profiled has nothing added to it. Of the interpreter the sample is taken at its next instruction
/// (interpreter/sampling.hpp).
///
/// Real time, because the kernel's timers of processor time tick no faster than its scheduler (250 times a
/// second, usually). So there are samples of waiting, too, which are counted apart: those that ended a wait
/// within a system call.
///
/// One at a time in a process, used by the thread that made it. What it has counted refers to code, instances
/// and host functions: look at it before their store goes.
class Sampler {
 public:
  /// Makes the source of ticks, so that start() and stop() do without what a sandbox forbids. Throws
  /// std::system_error, std::bad_alloc.
  explicit Sampler(const SamplerOptions& options);
  ~Sampler();
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  /// Throws std::system_error.
  void start();
  void stop();
  /// The process has given up rights that threads inherit, and is about to give up making threads: see
  /// TickSource::renew().
  void renew_ticks() { ticks_->renew(); }

  const SampleTree& tree() const { return tree_; }
  SamplerCounts counts() const { return counts_; }
  /// Between start() and stop().
  std::chrono::nanoseconds duration() const { return std::chrono::nanoseconds(end_ - begin_); }
  std::uint32_t rate() const { return rate_; }

 private:
  static void on_signal(int signal, siginfo_t* info, void* context);
  static void on_interpreter();
  struct Ticks {
    std::uint32_t weight = 0;
    bool blocked = false;
  };
  Ticks weigh(const SignalContext& registers, bool in_generated_code, const Tick& tick, std::int64_t now);
  bool leaves_out(const Tick& tick);
  void pay_for(std::int64_t began);
  void take(const SignalContext& registers, const Tick& tick, std::int64_t now);
  void take_from_interpreter();
  std::uint32_t node_of_stack(const HostFunction* host);
  bool has_waited_since_last();
  void record(std::uint32_t node, std::uint32_t weight, bool blocked);

  SampleTree tree_;
  SamplerCounts counts_;
  RawBacktrace stack_;
  std::uint32_t rate_;
  std::unique_ptr<TickSource> ticks_;
  std::int64_t begin_ = 0;  ///< nanoseconds of the monotonic clock
  std::int64_t end_ = 0;
  std::int64_t last_ = 0;                       ///< when the last sample was recorded
  std::int64_t last_tick_ = 0;                  ///< when the last signal came
  std::int64_t last_waits_ = 0;                 ///< waits of the thread, when it was asked last
  std::int64_t last_cpu_ = 0;                   ///< what the thread had consumed then
  std::atomic<std::uint32_t> pending_{0};       ///< ticks that wait for the interpreter's next instruction
  std::atomic<std::uint32_t> to_leave_out_{0};  ///< ticks
  std::atomic<bool> busy_{false};               ///< a sample of the interpreter is being recorded
};

}  // namespace wasmjet
