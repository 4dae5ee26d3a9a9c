#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "runtime/guest_memory.hpp"
#include "runtime/layout.hpp"

namespace wasmjet {

/// How a host function ended. Anything but TrapCode::none leaves Wasm; the caller of Func::call sees it.
struct HostResult {
  TrapCode trap = TrapCode::none;
  std::uint32_t exit_status = 0;  ///< for TrapCode::exit
  /// For TrapCode::host; null: none. Results without one, which are most, come and go for next to nothing so.
  std::unique_ptr<const std::string> message;

  static HostResult ok() { return {}; }
  static HostResult exit(std::uint32_t status) { return {TrapCode::exit, status, {}}; }
  static HostResult failure(std::string message) {
    return {TrapCode::host, 0, std::make_unique<const std::string>(std::move(message))};
  }
  static HostResult interrupted() { return {TrapCode::interrupted, 0, {}}; }
};

/// What a host function sees of its caller, for the length of the call.
class Caller {
 public:
  explicit Caller(VmContext* context) : context_(context) {}
  /// The calling instance; null where the host calls the function directly.
  Instance* instance() const { return context_->instance; }
  /// Memory 0 of the calling instance; of size 0 where it has none.
  GuestMemory memory() const {
    const MemoryRecord* record = context_->memory0;
    return record == nullptr ? GuestMemory{} : GuestMemory{record->base, record->byte_size};
  }
  /// True once Store::interrupt was called: test before blocking and after EINTR, and return
  /// HostResult::interrupted().
  bool interrupted() const { return context_->store->interrupt.load(std::memory_order_relaxed) != 0; }

 private:
  VmContext* context_;
};

/// Runs a host function for its stub or for the interpreter: never throws, and returns non-zero if Wasm must
/// be left. Why is in StoreState::entry->pending and in Store::host_failure() then.
using RunHostFunction = std::uint32_t (*)(HostFunction* function, VmContext* caller, Value* values) noexcept;

/// Anything that can be called as HostResult(Caller& caller, Value* values): `values` holds the parameters on
/// entry and takes the results; its size is the greater of the two. Exceptions become TrapCode::host.
///
/// Owns what it calls. It is not std::function, because calls of the host are frequent: each callable is
/// built into a function that compiled code calls without anything between.
class HostCallback {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, HostCallback> &&
             std::is_invocable_r_v<HostResult, std::decay_t<F>&, Caller&, Value*>)
  HostCallback(F&& callable)
      : run_(&run_target<std::decay_t<F>>),
        target_(new std::decay_t<F>(std::forward<F>(callable)),
                [](void* target) { delete static_cast<std::decay_t<F>*>(target); }) {}

  /// Expects a HostFunction that holds this callback.
  RunHostFunction run() const { return run_; }

 private:
  template <class F>
  static std::uint32_t run_target(HostFunction* function, VmContext* caller, Value* values) noexcept;

  RunHostFunction run_;
  std::unique_ptr<void, void (*)(void*)> target_;
};

/// What generated code sees of a host function: its record begins so.
struct HostFunctionHead {
  RunHostFunction run = nullptr;
};

/// A host function's record. FuncRef::context points to it.
struct HostFunction : HostFunctionHead {
  HostFunction(HostCallback the_callback, FuncType the_type)
      : HostFunctionHead{the_callback.run()}, callback(std::move(the_callback)), type(std::move(the_type)) {}

  const HostCallback callback;
  const FuncType type;
  FuncRef ref;
  std::uint64_t calls = 0;  ///< by the counting interpreter; nobody else counts them
};

/// How RunHostFunction ends where Wasm must be left: `result` is a failure, or the store is interrupted.
std::uint32_t leave_wasm(VmContext* caller, HostResult result) noexcept;
/// The same because of the exception that is being handled.
std::uint32_t leave_wasm_by_exception(VmContext* caller) noexcept;

template <class F>
std::uint32_t HostCallback::run_target(HostFunction* function, VmContext* caller, Value* values) noexcept {
  StoreState& store = *caller->store;
  store.host_function = function;
  std::atomic_signal_fence(std::memory_order_seq_cst);  // a sampler may come at any instruction
  try {
    Caller view(caller);
    HostResult result = std::invoke(*static_cast<F*>(function->callback.target_.get()), view, values);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    store.host_function = nullptr;  // as it was: whoever enters Wasm sets it to null
    if (result.trap == TrapCode::none && store.interrupt.load(std::memory_order_relaxed) == 0) [[likely]]
      return 0;
    return leave_wasm(caller, std::move(result));
  } catch (...) {
    store.host_function = nullptr;
    return leave_wasm_by_exception(caller);
  }
}

}  // namespace wasmjet
