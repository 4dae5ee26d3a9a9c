#pragma once

#include "runtime/store.hpp"

namespace wasmjet {

/// Links an EntryRecord into its store for as long as it lives, and afterwards puts back what a trap may have
/// left behind on its way out.
class Entry {
 public:
  /// `activation` for entries of the interpreter, null for those of compiled code.
  explicit Entry(StoreContext& store, const interpreter::Activation* activation = nullptr);
  ~Entry();
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  EntryRecord record;

 private:
  StoreContext& store_;
  interpreter::Slot* interpreter_top_;
  const HostFunction* host_function_;  ///< the one that entered
};

/// Whether there is native stack left for another entry, of either tier, from the current frame.
bool has_stack(const Store& store);

/// Calls a compiled function, whose type is `type`; the parameters stand in `values`, the results come there.
/// Returns why it was left: the store's backtrace then says where. The caller has asked has_stack().
/// Throws std::system_error, std::bad_alloc.
TrapCode enter_compiled(Store& store, const FuncRef& function, TypeEntry& type, Value* values);

}  // namespace wasmjet
