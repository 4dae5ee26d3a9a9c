#include "runtime/sampler.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

#include "runtime/code_registry.hpp"
#include "runtime/interpreter/sampling.hpp"
#include "runtime/signal_context.hpp"
#include "runtime/store.hpp"
#include "runtime/thread_state.hpp"
#include "runtime/unlinked_frame.hpp"

namespace wasmjet {
namespace {

/// Deeper stacks are cut off at their outer end: walking them would take longer than a tick may.
constexpr std::uint64_t kDeepest = 4096;
constexpr std::int64_t kSecond = 1'000'000'000;

std::atomic<Sampler*> g_sampler{nullptr};

int sampling_signal() { return SIGRTMIN; }

std::int64_t time_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * kSecond + time.tv_nsec;
}

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

/// Word `index` counted from a frame pointer. Frames are no C++ objects, so sanitizers are kept out.
__attribute__((no_sanitize("address", "undefined"))) const void* word(const void* fp, int index) {
  return static_cast<const void* const*>(fp)[index];
}

/// Where to begin with PC in generated code: within a function, or in a stub or trampoline, whose time is its
/// caller's.
WalkStart start_of(const SignalContext& registers, const CodeMap& map, const EntryRecord& entry) {
  WalkStart start{registers.pc(), registers.fp(), registers.sp(), registers.unlinked_return()};
  if (const CodeFunction* const function = map.find_function(start.pc); function != nullptr) {
    start.return_address = unlinked_return(registers, map, *function);
    return start;
  }
  start.pc = nullptr;
  start.in_trampoline = true;
  // What is no function among a module's code leads to the interpreter: it has no frame.
  const bool before_frame = registers.pc() < map.begin + map.frame_begin;
  if (!map.functions.empty() || before_frame) start.return_address = registers.return_at_entry();
  if (start.return_address != nullptr) {
    const CodeMap* const caller = CodeRegistry::find(start.return_address - 1);
    const bool in_wasm = caller != nullptr && caller->find_function(start.return_address - 1) != nullptr;
    if (!in_wasm) start.return_address = nullptr;
  } else if (start.fp >= start.sp && start.fp < entry.entry_fp) {
    start.return_address = static_cast<const std::uint8_t*>(word(start.fp, 1));
    start.sp = start.fp;
    start.fp = word(start.fp, 0);
  }
  return start;
}

}  // namespace

Sampler::Sampler(const SamplerOptions& options)
    : tree_(options.max_stacks, options.max_moments), rate_(std::clamp(options.rate, 1U, 100'000U)) {
  prepare_thread();
  interpreter::prepare_sampling(on_interpreter);
  stack_.limit = kDeepest;
  struct sigaction action{};
  action.sa_sigaction = on_signal;
  // What can be restarted is, so that the program that is profiled sees as little of it as possible.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigset_t own;
  sigemptyset(&own);
  sigaddset(&own, sampling_signal());
  if (sigaction(sampling_signal(), &action, nullptr) != 0) fail("sigaction");
  pthread_sigmask(SIG_UNBLOCK, &own, nullptr);
  ticks_ = make_tick_source(sampling_signal());
}

Sampler::~Sampler() { stop(); }

void Sampler::start() {
  begin_ = end_ = last_ = last_tick_ = time_of(CLOCK_MONOTONIC);
  last_cpu_ = time_of(CLOCK_THREAD_CPUTIME_ID);
  has_waited_since_last();
  g_sampler.store(this);
  ticks_->start(begin_, kSecond / rate_);
}

void Sampler::stop() {
  if (g_sampler.exchange(nullptr) != this) return;
  end_ = time_of(CLOCK_MONOTONIC);
  ticks_->stop();
  interpreter::cancel_sample();
  // The guest ended before its next instruction.
  if (const std::uint32_t left = pending_.exchange(0); left != 0) record(SampleTree::kOutside, left, false);
}

void Sampler::on_signal(int, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  Sampler* const sampler = g_sampler.load(std::memory_order_relaxed);
  if (sampler != nullptr) {
    const std::int64_t now = time_of(CLOCK_MONOTONIC);
    if (const auto tick = sampler->ticks_->take(*info, now)) {
      sampler->take(SignalContext(context), *tick, now);
    }
  }
  errno = saved_errno;
}

void Sampler::on_interpreter() {
  if (Sampler* const sampler = g_sampler.load(std::memory_order_relaxed); sampler != nullptr) {
    sampler->take_from_interpreter();
  }
}

/// Whether the thread has given up its processor since the last time that this was asked: having none, too,
/// looks idle.
bool Sampler::has_waited_since_last() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return std::exchange(last_waits_, usage.ru_nvcsw) != usage.ru_nvcsw;
}

/// How much the ticks are worth that have come by now, and whether they are of waiting.
Sampler::Ticks Sampler::weigh(const SignalContext& registers, bool in_generated_code, const Tick& tick,
                              std::int64_t now) {
  const std::int64_t cpu = time_of(CLOCK_THREAD_CPUTIME_ID);
  const std::int64_t passed_since_last = now - std::exchange(last_tick_, now);
  const std::int64_t used_since_last = cpu - std::exchange(last_cpu_, cpu);
  const bool has_waited = has_waited_since_last();
  // From when on both are known: since the tick, if possible.
  const std::int64_t passed = tick.consumed ? tick.late : passed_since_last;
  const std::int64_t used = tick.consumed ? cpu - *tick.consumed : used_since_last;
  const std::int64_t period = kSecond / rate_;
  // A tick that came while the thread had no processor reaches it where it was put aside, which is at the end
  // of a system call more often than chance would have it: it is worth nothing.
  const bool put_aside = std::min(tick.late, passed - used) > period / 8;
  const bool in_kernel = !in_generated_code && registers.at_system_call();
  if (!in_kernel) return {put_aside ? 0U : 1U, false};
  // The kernel holds signals back until it leaves a system call: the ticks in between are the call's.
  const std::uint32_t ticks = 1 + tick.missed;
  if (registers.has_ended_wait() || (put_aside && has_waited && used < passed / 2)) return {ticks, true};
  if (!put_aside) return {ticks, false};
  return {static_cast<std::uint32_t>(std::min<std::int64_t>(used / period, ticks)), false};
}

/// Whether the program is owed time for what samples have cost it.
bool Sampler::leaves_out(const Tick& tick) {
  const std::uint32_t left = to_leave_out_.load(std::memory_order_relaxed);
  if (left == 0) return false;
  to_leave_out_.store(left - 1, std::memory_order_relaxed);
  counts_.missed += 1 + tick.missed;
  return true;
}

/// Deep stacks take longer to walk than a tick of a high rate: without a pause the program would stand still.
/// `began` is of the monotonic clock, which also goes on while the thread has no processor.
void Sampler::pay_for(std::int64_t began) {
  const std::int64_t interval = kSecond / rate_;
  std::int64_t cost = time_of(CLOCK_MONOTONIC) - began;
  if (cost <= interval / 2) return;
  cost = std::min(cost, time_of(CLOCK_THREAD_CPUTIME_ID) - last_cpu_);
  if (cost <= interval / 2) return;
  to_leave_out_.store(static_cast<std::uint32_t>(std::min<std::int64_t>(2 * cost / interval, rate_)),
                      std::memory_order_relaxed);
}

void Sampler::take(const SignalContext& registers, const Tick& tick, std::int64_t now) {
  counts_.missed += tick.skipped;
  if (leaves_out(tick)) return;
  const StoreContext* const store = thread_state.active;
  const EntryRecord* const entry = store == nullptr ? nullptr : store->entry;
  const CodeMap* const map = entry == nullptr ? nullptr : CodeRegistry::find(registers.pc());
  const auto [weight, blocked] = weigh(registers, map != nullptr, tick, now);
  counts_.missed += 1 + tick.missed - weight;
  if (weight == 0) return;
  if (entry == nullptr) {
    record(SampleTree::kOutside, weight, blocked);
  } else if (map != nullptr) {
    walk_stack(*store, start_of(registers, *map, *entry), stack_);
    record(node_of_stack(nullptr), weight, false);
  } else if (store->host_function == nullptr && entry->activation != nullptr) {
    pending_.store(pending_.load(std::memory_order_relaxed) + weight, std::memory_order_relaxed);
    if (!busy_.load(std::memory_order_relaxed)) interpreter::request_sample();
  } else {
    walk_stack(*store, {}, stack_);
    record(node_of_stack(store->host_function), weight, blocked);
  }
  pay_for(now);
}

/// No frame: the outermost function is only about to be called, or has returned.
std::uint32_t Sampler::node_of_stack(const HostFunction* host) {
  return stack_.count == 0 && host == nullptr ? SampleTree::kOutside : tree_.find_or_add(stack_, host);
}

void Sampler::take_from_interpreter() {
  busy_.store(true, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  const std::int64_t began = time_of(CLOCK_MONOTONIC);
  const StoreContext* const store = thread_state.active;
  if (const std::uint32_t weight = pending_.exchange(0); weight != 0 && store != nullptr) {
    walk_stack(*store, {}, stack_);
    record(node_of_stack(nullptr), weight, false);
  }
  pay_for(began);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  busy_.store(false, std::memory_order_relaxed);
}

void Sampler::record(std::uint32_t node, std::uint32_t weight, bool blocked) {
  const std::int64_t now = time_of(CLOCK_MONOTONIC);
  tree_.count(node, weight, blocked,
              static_cast<std::uint64_t>(std::max<std::int64_t>(now - last_, 0)) / 1000);
  last_ = now;
  counts_.samples += weight;
  if (blocked) counts_.blocked += weight;
  if (node == SampleTree::kOutside) counts_.outside += weight;
}

}  // namespace wasmjet
