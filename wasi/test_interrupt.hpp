#pragma once

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "runtime/layout.hpp"

namespace wasmjet::wasi {

/// Interrupts the calling thread after a while, as Store::interrupt does: sets the flag, then sends signals
/// until it is destroyed.
class InterruptSoon {
 public:
  explicit InterruptSoon(StoreState& store, std::chrono::milliseconds after = std::chrono::milliseconds(20)) {
    struct sigaction action = {};
    action.sa_handler = [](int) {};  // no SA_RESTART: system calls end with EINTR
    sigaction(SIGUSR1, &action, nullptr);
    thread_ = std::thread([this, &store, after, target = pthread_self()] {
      std::this_thread::sleep_for(after);
      store.interrupt = 1;
      while (!done_) {
        pthread_kill(target, SIGUSR1);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    });
  }
  ~InterruptSoon() {
    done_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace wasmjet::wasi
