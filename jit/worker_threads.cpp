#include "jit/worker_threads.hpp"

#include <algorithm>
#include <system_error>

#include "runtime/processors.hpp"
#include "runtime/signals_blocked.hpp"

namespace wasmjet::jit {
namespace {

/// Adds up to `count` threads that run `body`.
void add_threads(std::vector<std::thread>& threads, unsigned count, const std::function<void()>& body) {
  threads.reserve(threads.size() + count);
  const SignalsBlocked blocked;
  try {
    for (; count > 0; --count) threads.emplace_back(body);
  } catch (const std::system_error&) {
    count = 0;  // slower, but nothing is lacking
  }
}

}  // namespace

unsigned cpu_count() {
  // More threads than this take longer to begin than what they save.
  constexpr unsigned kMost = 16;
  return std::min(usable_processors(), kMost);
}

WorkerThreads::~WorkerThreads() {
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerThreads::start(unsigned count) {
  add_threads(threads_, count, [this] { serve(); });
}

void WorkerThreads::run(unsigned helpers, const std::function<void()>& work) {
  if (!threads_.empty()) {
    share(helpers, work);
    return;
  }
  std::vector<std::thread> threads;
  if (helpers != 0) add_threads(threads, helpers, work);
  work();
  for (std::thread& thread : threads) thread.join();
}

/// run(), with the threads that have been started.
void WorkerThreads::share(unsigned helpers, const std::function<void()>& work) {
  unsigned unfinished = 0;
  {
    const std::scoped_lock lock(mutex_);
    for (; unfinished < helpers; ++unfinished) jobs_.push_back({&work, &unfinished});
  }
  changed_.notify_all();
  work();
  std::unique_lock lock(mutex_);
  unfinished -= static_cast<unsigned>(
      std::erase_if(jobs_, [&](const Job& job) { return job.unfinished == &unfinished; }));
  changed_.wait(lock, [&] { return unfinished == 0; });
}

void WorkerThreads::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return ends_ || !jobs_.empty(); });
    if (ends_) return;
    const Job job = jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    (*job.work)();
    lock.lock();
    --*job.unfinished;
    changed_.notify_all();
  }
}

}  // namespace wasmjet::jit
