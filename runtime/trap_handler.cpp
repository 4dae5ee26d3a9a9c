#include "runtime/trap_handler.hpp"

#include <signal.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>

#include "runtime/code_registry.hpp"
#include "runtime/signal_context.hpp"
#include "runtime/store.hpp"
#include "runtime/thread_state.hpp"
#include "runtime/unlinked_frame.hpp"

// Everything here runs in signal handlers: no allocation, no locks, no TLS but thread_state.

namespace wasmjet {
namespace {

constexpr int kFaultSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
struct sigaction g_previous[NSIG];

/// The entry that a trap now would leave by, or null while no Wasm has been entered.
EntryRecord* current_entry() {
  const StoreContext* store = thread_state.active;
  if (store == nullptr || store->entry == nullptr || store->entry->exit_sp == nullptr) return nullptr;
  return store->entry;
}

/// Whether the stack ran into what lies below it: not just an address there (a memory's reservation may
/// follow), but a stack pointer that is where Wasm never gets.
bool is_stack_guard(const void* address, const void* sp) {
  const auto fault = reinterpret_cast<std::uintptr_t>(address);
  const std::uintptr_t low = thread_state.stack_low;
  return fault < low && fault >= low - thread_state.guard_size &&
         reinterpret_cast<std::uintptr_t>(sp) < low + kHostReserve;
}

TrapCode trap_of_row(const CodeRow& row, const SignalContext& registers, const EntryRecord& entry) {
  switch (row.trap()) {
    case TrapCode::integer_division:
      return registers.general(row.aux()) == 0 ? TrapCode::integer_divide_by_zero
                                               : TrapCode::integer_overflow;
    case TrapCode::host:
      return entry.pending;
    default:
      return row.trap();
  }
}

void leave(TrapCode code, const WalkStart& start, SignalContext& registers) {
  StoreContext& store = *thread_state.active;
  walk_stack(store, start, store.backtrace);
  store.entry->trap = code;
  store.entry->traced = true;
  registers.resume_at(store.entry->exit_pc, store.entry->exit_sp);
}

/// True if the fault was one of Wasm's, which then is left.
bool handle_fault(int signal, const siginfo_t& info, SignalContext& registers) {
  EntryRecord* entry = current_entry();
  if (entry == nullptr) return false;
  const CodeMap* map = CodeRegistry::find(registers.pc());
  const CodeFunction* const function = map == nullptr ? nullptr : map->find_function(registers.pc());
  WalkStart start;
  if (function != nullptr) {
    start = {registers.pc(), registers.fp(), registers.sp()};
    // Of the others only the prologue can fault where the frame is not linked yet, at the end of the stack.
    if (is_before_frame(registers, *map, *function)) start.return_address = registers.return_at_entry();
  }
  if (signal == SIGSEGV && is_stack_guard(info.si_addr, registers.sp())) {
    leave(TrapCode::stack_overflow, start, registers);
    return true;
  }
  const CodeRow* row = map == nullptr ? nullptr : map->find_trap(registers.pc());
  if (row == nullptr) return false;
  leave(trap_of_row(*row, registers, *entry), start, registers);
  return true;
}

void call_previous(int signal, siginfo_t* info, void* context) {
  const struct sigaction& previous = g_previous[signal];
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else if (signal != interrupt_signal()) {
    // Back to the default action. A fault happens again when the handler returns; a signal that somebody
    // sent has to be sent again.
    ::signal(signal, SIG_DFL);
    if (info->si_code <= 0) raise(signal);
  }
}

void on_fault(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  SignalContext registers(context);
  if (!handle_fault(signal, *info, registers)) call_previous(signal, info, context);
  errno = saved_errno;
}

/// Leaves Wasm if the interrupted instruction is in a function's body; elsewhere (in the host, a stub, a
/// trampoline) the flag is enough, or the sender tries again.
void on_interrupt(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  SignalContext registers(context);
  const StoreContext* store = thread_state.active;
  if (store != nullptr && store->interrupt.load(std::memory_order_relaxed) != 0) {
    const CodeMap* map = current_entry() == nullptr ? nullptr : CodeRegistry::find(registers.pc());
    const CodeFunction* function = map == nullptr ? nullptr : map->find_function(registers.pc());
    if (function != nullptr) {
      const std::uint8_t* const return_address = unlinked_return(registers, *map, *function);
      leave(TrapCode::interrupted, {registers.pc(), registers.fp(), registers.sp(), return_address},
            registers);
    }
  } else {
    call_previous(signal, info, context);
  }
  errno = saved_errno;
}

void install(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action{};
  action.sa_sigaction = handler;
  // No SA_RESTART: an interrupt has to end blocking system calls.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  if (sigaction(signal, &action, &g_previous[signal]) != 0) std::abort();
}

}  // namespace

int interrupt_signal() { return SIGURG; }

void unblock_trap_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kFaultSignals) sigaddset(&set, signal);
  sigaddset(&set, interrupt_signal());
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void install_trap_handlers() {
  static std::once_flag once;
  std::call_once(once, [] {
    for (const int signal : kFaultSignals) install(signal, on_fault);
    install(interrupt_signal(), on_interrupt);
  });
}

}  // namespace wasmjet
