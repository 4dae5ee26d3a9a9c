#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace wasmjet::jit {

/// CPUs that the process may use, from 1 to 16.
unsigned cpu_count();

/// Threads that help with work; they take no signals. They exist while there is work, unless start() has been
/// called. Thread-safe, but for start().
class WorkerThreads {
 public:
  WorkerThreads() = default;
  ~WorkerThreads();
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  /// Starts `count` threads that stay, for a process that may start none later.
  void start(unsigned count);
  /// Runs `work`, which throws nothing, on this thread and on up to `helpers` others; returns when all have
  /// ended. Where the system refuses threads there are fewer.
  void run(unsigned helpers, const std::function<void()>& work);

 private:
  struct Job {
    const std::function<void()>* work;
    unsigned* unfinished;  ///< how many threads have this work; guarded by mutex_
  };
  void serve();
  void share(unsigned helpers, const std::function<void()>& work);

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool ends_ = false;
};

}  // namespace wasmjet::jit
