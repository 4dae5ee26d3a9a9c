#include "jit/worker_threads.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace wasmjet::jit {
namespace {

TEST(WorkerThreads, HelpWhileThereIsWork) {
  WorkerThreads threads;
  std::atomic<int> runs = 0;
  threads.run(3, [&] { ++runs; });
  EXPECT_EQ(runs, 4);
  threads.run(0, [&] { ++runs; });
  EXPECT_EQ(runs, 5);
}

TEST(WorkerThreads, ThoseThatStayTakePartInSeveralWorks) {
  WorkerThreads threads;
  threads.start(2);
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> arrived = 0;
    // Ends only when all three are there.
    threads.run(2, [&] {
      ++arrived;
      while (arrived < 3) std::this_thread::yield();
    });
    EXPECT_EQ(arrived, 3);
  }
}

TEST(WorkerThreads, MoreHelpersThanThereAreThreads) {
  WorkerThreads threads;
  threads.start(1);
  std::atomic<int> runs = 0;
  threads.run(5, [&] { ++runs; });
  EXPECT_GE(runs, 1);
  EXPECT_LE(runs, 6);
}

TEST(WorkerThreads, ServeSeveralCallersAtOnce) {
  WorkerThreads threads;
  threads.start(2);
  std::atomic<int> ended = 0;
  std::vector<std::thread> callers;
  callers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round) threads.run(2, [] {});
      ++ended;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(ended, 4);
}

}  // namespace
}  // namespace wasmjet::jit
