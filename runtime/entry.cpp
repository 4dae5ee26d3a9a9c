#include "runtime/entry.hpp"

#include <atomic>

namespace wasmjet {

Entry::Entry(StoreContext& store, const interpreter::Activation* activation)
    : store_(store), interpreter_top_(store.interpreter_stack.top), host_function_(store.host_function) {
  record.previous = store.entry;
  record.saved_host_fp = store.host_fp;
  record.activation = activation;
  store.host_function = nullptr;
  std::atomic_signal_fence(std::memory_order_seq_cst);  // a sampler may come at any instruction
  store.entry = &record;
}

Entry::~Entry() {
  store_.host_fp = record.saved_host_fp;
  store_.host_function = host_function_;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  store_.entry = record.previous;
  store_.interpreter_stack.top = interpreter_top_;
}

bool has_stack(const Store& store) {
  // Enough for the trampolines, for the interpreter's own frames, and so that host functions have their
  // reserve below those.
  constexpr std::uintptr_t kLeast = 16 * 1024;
  const auto sp = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return sp > store.stack_limit() && sp - store.stack_limit() >= kLeast;
}

TrapCode enter_compiled(Store& store, const FuncRef& function, TypeEntry& type, Value* values) {
  const EnterFunction enter = store.engine().enter_function(type);
  Entry entry(store.context());
  if (enter(&entry.record, function.entry, function.context, values)) return TrapCode::none;
  return entry.record.trap;
}

}  // namespace wasmjet
