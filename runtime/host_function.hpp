#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "runtime/guest_memory.hpp"
#include "runtime/layout.hpp"

namespace wasmjet {

/// How a host function ended. Anything but TrapCode::none leaves Wasm; the caller of Func::call sees it.
struct HostResult {
  TrapCode trap = TrapCode::none;
  std::uint32_t exit_status = 0;  ///< for TrapCode::exit
  std::string message;            ///< for TrapCode::host

  static HostResult ok() { return {}; }
  static HostResult exit(std::uint32_t status) { return {TrapCode::exit, status, {}}; }
  static HostResult failure(std::string message) { return {TrapCode::host, 0, std::move(message)}; }
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

/// `values` holds the parameters on entry and takes the results; its size is the greater of the two.
using HostCallback = std::function<HostResult(Caller& caller, Value* values)>;

/// A host function's record. FuncRef::context points to it.
struct HostFunction {
  HostCallback callback;
  FuncType type;
  Store* store = nullptr;
  FuncRef ref;
  std::uint64_t calls = 0;  ///< by the counting interpreter; nobody else counts them
};

/// Runs the callback; exceptions become TrapCode::host, a pending interrupt TrapCode::interrupted.
HostResult run_host_function(const HostFunction& function, VmContext* caller, Value* values) noexcept;

/// Called by host stubs. Runs the callback; catches every C++ exception (as TrapCode::host). Returns
/// non-zero if Wasm must be left: the code is in StoreState::entry->pending. Also tests for interrupts.
extern "C" std::uint32_t wasmjet_call_host(HostFunction* function, VmContext* caller, Value* values) noexcept;

}  // namespace wasmjet
