#include "cli/deadline.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string_view>

#include "cli/exit_codes.hpp"

namespace wasmjet::cli {
namespace {

/// How long after the deadline the polite way may take.
constexpr std::chrono::milliseconds kGrace{25};

/// Async-signal-safe.
void end_process(int) {
  constexpr std::string_view kMessage = "wasmjet: timed out\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kMessage.data(), kMessage.size());
  _exit(kExitTimeout);
}

void set_alarm(std::chrono::nanoseconds delay) {
  struct sigaction action{};
  action.sa_handler = end_process;
  sigfillset(&action.sa_mask);
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGALRM, &action, nullptr);

  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(delay).count();
  itimerval timer{};
  timer.it_value.tv_sec = microseconds / 1'000'000;
  timer.it_value.tv_usec = microseconds % 1'000'000;
  setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

Deadline::Deadline(std::optional<std::chrono::nanoseconds> timeout) : timeout_(timeout) {
  if (timeout_) set_alarm(*timeout_ + kGrace);
}

void Deadline::start_watchdog() {
  if (!timeout_) return;
  const std::chrono::nanoseconds past = std::chrono::steady_clock::now() - begin_;
  watchdog_.emplace(std::max(*timeout_ - past, std::chrono::nanoseconds::zero()));
}

Deadline::~Deadline() {
  const itimerval none{};
  if (timeout_) setitimer(ITIMER_REAL, &none, nullptr);
}

}  // namespace wasmjet::cli
