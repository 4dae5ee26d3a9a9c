#include "runtime/activation.hpp"

#include "runtime/entry.hpp"
#include "runtime/interpreter/interpreter.hpp"
#include "runtime/thread_state.hpp"

namespace wasmjet {
namespace {

/// Marks the thread as being inside the store, for interrupts and traps.
class Activation {
 public:
  Activation(ThreadState& thread, StoreContext& context)
      : thread_(thread),
        context_(context),
        previous_active_(thread.active),
        previous_thread_(context.thread.load(std::memory_order_relaxed)) {
    thread_.active = &context_;
    context_.thread.store(thread_.id);
  }
  ~Activation() {
    // Whoever sends an interrupt may find the thread a little too long: the handler knows that it has left.
    context_.thread.store(previous_thread_, std::memory_order_release);
    thread_.active = previous_active_;
  }
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;

  bool outermost() const { return previous_thread_ == 0; }

 private:
  ThreadState& thread_;
  StoreContext& context_;
  StoreContext* previous_active_;
  int previous_thread_;
};

/// Sets the contexts' stack limit for an entry from the current frame; false if too little stack is left.
/// Entries from within host functions keep the limit of the outermost one.
bool prepare_stack(Store& store, const ThreadState& thread, bool outermost) {
  const auto sp = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  if (outermost) store.prepare_stack(sp, thread.stack_low + kHostReserve + kLeafSlack);
  return has_stack(store);
}

/// Not in line, so that calls without a trap do not pay for its frame.
[[gnu::cold, gnu::noinline]] std::optional<Trap> report(const Store& store, TrapCode code,
                                                        const RawBacktrace* backtrace = nullptr) {
  return describe_trap(store, code, backtrace);
}

std::optional<Trap> enter_wasm(Store& store, FuncRef& ref, TypeEntry& type, Value* values) {
  const TrapCode code = ref.kind == FuncKind::compiled
                            ? enter_compiled(store, ref, type, values)
                            : interpreter::enter(store, *ref.bytecode, *ref.context, values);
  if (code == TrapCode::none) return std::nullopt;
  return report(store, code, &store.context().backtrace);
}

/// The runtime's own: no trampoline could be made, say.
[[gnu::cold, gnu::noinline]] std::optional<Trap> failure(const std::exception& error) {
  Trap trap;
  trap.code = TrapCode::host;
  trap.message = error.what();
  return trap;
}

std::optional<Trap> call_host(Store& store, FuncRef& ref, Value* values) {
  auto* const function = reinterpret_cast<HostFunction*>(ref.context);
  const HostFunction* const outer = store.context().host_function;
  const bool leaves = function->run(function, store.host_context(), values) != 0;
  store.context().host_function = outer;
  if (!leaves) return std::nullopt;
  return report(store, store.host_failure().trap);
}

}  // namespace

Trap describe_trap(const Store& store, TrapCode code, const RawBacktrace* backtrace) {
  Trap trap;
  trap.code = code;
  trap.message = to_string(code);
  if (code == TrapCode::exit) {
    trap.exit_status = store.host_failure().exit_status;
    return trap;  // no error, so nobody wants to know where
  }
  if (const auto& message = store.host_failure().message; code == TrapCode::host && message != nullptr) {
    trap.message = *message;
  }
  if (backtrace != nullptr) {
    trap.frames = symbolize(store, *backtrace);
    trap.depth = backtrace->count;
  }
  return trap;
}

std::optional<Trap> invoke(Store& store, FuncRef& ref, TypeEntry& type, Value* values) noexcept try {
  ThreadState& thread = prepare_thread();
  const Activation activation(thread, store.context());
  // In the one order with Activation's announcement of the thread, as in Store::request_interrupt: either
  // this sees the flag, or the sender sees the thread.
  if (store.context().interrupt.load(std::memory_order_seq_cst) != 0) {
    return report(store, TrapCode::interrupted);
  }
  if (ref.kind == FuncKind::host) [[unlikely]]
    return call_host(store, ref, values);
  if (!prepare_stack(store, thread, activation.outermost())) {
    return report(store, TrapCode::stack_overflow);
  }
  return enter_wasm(store, ref, type, values);
} catch (const std::exception& error) {
  return failure(error);
}

}  // namespace wasmjet
