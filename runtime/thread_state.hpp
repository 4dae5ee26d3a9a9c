#pragma once

#include <cstddef>
#include <cstdint>

namespace wasmjet {

struct StoreContext;

/// What the signal handlers know of the thread they run on. Plain data in initial-exec TLS: reading it
/// from a handler neither allocates nor locks.
struct ThreadState {
  StoreContext* active = nullptr;  ///< store of the innermost entry in progress
  std::uintptr_t stack_low = 0;    ///< lowest usable address of the thread's stack; 0: not prepared yet
  std::size_t guard_size = 0;      ///< what surely is no valid memory just below
  int id = 0;                      ///< kernel's thread id
};

extern constinit thread_local ThreadState thread_state __attribute__((tls_model("initial-exec")));

/// Bytes of stack below every Wasm frame that belong to the host functions it calls.
inline constexpr std::size_t kHostReserve = 256 * 1024;
/// Leaf functions need not check the limit; their frames are no greater than this.
inline constexpr std::size_t kLeafSlack = 8 * 1024;

/// For prepare_thread().
void prepare_new_thread();

/// The calling thread's state, with its stack bounds known and an alternate signal stack in place (both
/// done at its first call, undone when the thread ends). Throws std::bad_alloc.
inline ThreadState& prepare_thread() {
  if (thread_state.stack_low == 0) [[unlikely]]
    prepare_new_thread();
  return thread_state;
}

}  // namespace wasmjet
