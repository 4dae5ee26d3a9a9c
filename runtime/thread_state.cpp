#include "runtime/thread_state.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>
#include <new>

#include "runtime/trap_handler.hpp"

namespace wasmjet {

constinit thread_local ThreadState thread_state;

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// The thread's alternate signal stack, with a guard page below.
class SignalStack {
 public:
  SignalStack() {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    // The kernel tells what it needs for the registers, which with wide vectors or matrices are many.
    const std::size_t usable = (kForHandlers + getauxval(AT_MINSIGSTKSZ) + page - 1) / page * page;
    size_ = usable + page;
    base_ = mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base_ == MAP_FAILED) throw std::bad_alloc();
    stack_t stack{};
    stack.ss_sp = static_cast<std::uint8_t*>(base_) + page;
    stack.ss_size = usable;
    if (mprotect(stack.ss_sp, usable, PROT_READ | PROT_WRITE) != 0 || sigaltstack(&stack, &previous_) != 0) {
      munmap(base_, size_);
      throw std::bad_alloc();
    }
  }
  ~SignalStack() {
    previous_.ss_flags &= SS_DISABLE;
    sigaltstack(&previous_, nullptr);
    munmap(base_, size_);
  }
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  static constexpr std::size_t kForHandlers = 64 * 1024;
  void* base_ = nullptr;
  std::size_t size_ = 0;
  stack_t previous_{};
};

/// The lowest address that the stack of the process's first thread may grow to; 0 where the present frame is
/// on another (as in the child of another thread that forked), or where it is not known without a look at all
/// mappings, which pthread_getattr_np() takes (a tenth of a millisecond).
std::uintptr_t first_stack_low() {
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= 64 * kMiB) return 0;
  // The kernel begins a stack with the executable's name, and counts the limit from the page above that.
  const auto* name = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (name == nullptr) return 0;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t last = reinterpret_cast<std::uintptr_t>(name) + std::strlen(name) + sizeof(void*);
  const std::uintptr_t end = (last | (page - 1)) + 1;
  const std::uintptr_t low = (end - limit.rlim_cur + page - 1) & -page;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return here > low && here < end ? low : 0;
}

void find_stack(ThreadState& state) {
  const bool is_main = getpid() == gettid();
  if (is_main) {
    state.stack_low = first_stack_low();
    state.guard_size = kMiB;
    if (state.stack_low != 0) return;
  }
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) throw std::bad_alloc();
  void* base = nullptr;
  std::size_t size = 0;
  std::size_t guard = 0;
  pthread_attr_getstack(&attributes, &base, &size);
  pthread_attr_getguardsize(&attributes, &guard);
  pthread_attr_destroy(&attributes);
  // Whether the C library counts the guard as part of the stack differs by version: assume so.
  state.stack_low = reinterpret_cast<std::uintptr_t>(base) + guard;
  state.guard_size = guard + kMiB;
  // A large or unlimited main stack ends at the next mapping, from which the kernel keeps a distance of
  // 256 pages.
  if (is_main && size >= 64 * kMiB) state.stack_low += 2 * kMiB;
}

}  // namespace

void prepare_new_thread() {
  static thread_local const SignalStack signal_stack;
  thread_state.id = gettid();
  unblock_trap_signals();
  find_stack(thread_state);
}

}  // namespace wasmjet
