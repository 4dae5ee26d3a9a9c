#include "cli/deadline.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string_view>

#include "cli/exit_codes.hpp"

namespace wasmjet::cli {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// How long what is left may take once the outcome is known: a message into a full pipe would wait for ever.
constexpr milliseconds kToSettle{250};

/// What the alarm's handler goes by.
bool alarm_is_set = false;
volatile std::sig_atomic_t settled_exit_code = -1;  ///< -1: the outcome is not known

/// The time until the alarm rings, which is set anew. Async-signal-safe.
microseconds exchange_alarm(microseconds delay) {
  constexpr auto kSecond = 1'000'000;
  itimerval timer{};
  itimerval before{};
  timer.it_value.tv_sec = delay.count() / kSecond;
  timer.it_value.tv_usec = delay.count() % kSecond;
  setitimer(ITIMER_REAL, &timer, &before);
  return microseconds(before.it_value.tv_sec * kSecond + before.it_value.tv_usec);
}

/// Async-signal-safe. May be interrupted by itself: the message may have to wait for a reader.
void end_process(int) {
  if (settled_exit_code >= 0) _exit(settled_exit_code);
  settled_exit_code = kExitTimeout;
  exchange_alarm(Deadline::kGrace);
  constexpr std::string_view kMessage = "wasmjet: timed out\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kMessage.data(), kMessage.size());
  _exit(kExitTimeout);
}

void set_alarm(std::chrono::nanoseconds delay) {
  struct sigaction action{};
  action.sa_handler = end_process;
  sigfillset(&action.sa_mask);
  sigdelset(&action.sa_mask, SIGALRM);
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  sigaction(SIGALRM, &action, nullptr);
  sigset_t alarm;  // whoever started us may have blocked it
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &alarm, nullptr);
  alarm_is_set = true;
  settled_exit_code = -1;
  exchange_alarm(std::chrono::duration_cast<microseconds>(delay));
}

}  // namespace

Deadline::Deadline(std::optional<std::chrono::nanoseconds> timeout, milliseconds grace) : timeout_(timeout) {
  if (timeout_) set_alarm(*timeout_ + grace);
}

void Deadline::start_watchdog() {
  if (!timeout_) return;
  const std::chrono::nanoseconds past = std::chrono::steady_clock::now() - begin_;
  watchdog_.emplace(std::max(*timeout_ - past, std::chrono::nanoseconds::zero()));
}

void Deadline::settle(int exit_code) {
  if (!alarm_is_set) return;
  const microseconds left = exchange_alarm(microseconds::zero());
  settled_exit_code = exit_code;
  exchange_alarm(std::max<microseconds>(left, kToSettle));
}

void Deadline::dismiss() {
  if (alarm_is_set) exchange_alarm(microseconds::zero());
  alarm_is_set = false;
}

}  // namespace wasmjet::cli
