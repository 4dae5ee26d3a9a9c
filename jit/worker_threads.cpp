#include "jit/worker_threads.hpp"

#include <algorithm>
#include <csignal>
#include <system_error>
#include <thread>
#include <vector>

namespace wasmjet::jit {

unsigned cpu_count() { return std::max(1U, std::thread::hardware_concurrency()); }

void run_on_threads(unsigned helpers, const std::function<void()>& work) {
  std::vector<std::thread> threads;
  threads.reserve(helpers);
  // What the process does on a signal is meant for threads that it knows of.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    while (threads.size() < helpers) threads.emplace_back(work);
  } catch (const std::system_error&) {
    // Slower, but nothing is lacking.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  work();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace wasmjet::jit
