#pragma once

#include <atomic>

#include "runtime/store.hpp"

namespace wasmjet {

/// Links an EntryRecord, which nothing else has written to, into its store for as long as it lives, and
/// afterwards puts back what a trap may have left behind on its way out.
class Entry {
 public:
  /// `activation` for entries of the interpreter, null for those of compiled code.
  Entry(StoreContext& store, EntryRecord& record, const interpreter::Activation* activation = nullptr)
      : store_(store),
        previous_(store.entry),
        host_fp_(store.host_fp),
        interpreter_top_(store.interpreter_stack.top),
        host_function_(store.host_function) {
    record.previous = previous_;
    record.saved_host_fp = host_fp_;
    record.activation = activation;
    store.host_function = nullptr;
    std::atomic_signal_fence(std::memory_order_seq_cst);  // a sampler may come at any instruction
    store.entry = &record;
  }
  ~Entry() {
    store_.host_fp = host_fp_;
    store_.host_function = host_function_;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    store_.entry = previous_;
    store_.interpreter_stack.top = interpreter_top_;
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

 private:
  // Not part of the record, which generated code sees: so these may stay in registers.
  StoreContext& store_;
  EntryRecord* previous_;
  void* host_fp_;
  interpreter::Slot* interpreter_top_;
  const HostFunction* host_function_;  ///< the one that entered
};

/// Whether there is native stack left for another entry, of either tier, from the current frame.
inline bool has_stack(const Store& store) {
  // Enough for the trampolines, for the interpreter's own frames, and so that host functions have their
  // reserve below those.
  constexpr std::intptr_t kLeast = 16 * 1024;
  const auto sp = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return static_cast<std::intptr_t>(sp - store.stack_limit()) >= kLeast;
}

/// Calls a compiled function, whose type is `type`; the parameters stand in `values`, the results come there.
/// Returns why it was left: the store's backtrace then says where. The caller has asked has_stack().
/// Throws std::system_error, std::bad_alloc.
inline TrapCode enter_compiled(Store& store, const FuncRef& function, TypeEntry& type, Value* values) {
  const EnterFunction enter = store.engine().enter_function(type);
  EntryRecord record;
  const Entry entry(store.context(), record);
  if (enter(&record, function.entry, function.context, values)) return TrapCode::none;
  return record.trap;
}

}  // namespace wasmjet
