#include "runtime/host_function.hpp"

#include <exception>
#include <utility>

#include "runtime/store.hpp"

namespace wasmjet {

namespace {

[[gnu::cold]] HostResult failure_of_current_exception() {
  try {
    throw;
  } catch (const std::exception& error) {
    return HostResult::failure(error.what());
  } catch (...) {
    return HostResult::failure("unknown exception in a host function");
  }
}

/// Not in line, so that the common way out saves few registers.
[[gnu::cold, gnu::noinline]] std::uint32_t leave_wasm(Store& store, HostResult& result) {
  if (result.trap == TrapCode::none) result.trap = TrapCode::interrupted;
  store.context().entry->pending = result.trap;
  store.set_host_failure(std::move(result));
  return 1;
}

}  // namespace

HostResult run_host_function(const HostFunction& function, VmContext* caller, Value* values) noexcept {
  HostResult result;
  try {
    Caller view(caller);
    result = function.callback(view, values);
  } catch (...) {
    result = failure_of_current_exception();
  }
  if (result.trap == TrapCode::none && function.store->interrupted()) result.trap = TrapCode::interrupted;
  return result;
}

// As run_host_function(), but a result is looked at where it stands: compiled code calls often.
extern "C" std::uint32_t wasmjet_call_host(HostFunction* function, VmContext* caller,
                                           Value* values) noexcept {
  Store& store = *function->store;
  StoreContext& context = store.context();
  const HostFunction* const outer = std::exchange(context.host_function, function);
  try {
    Caller view(caller);
    HostResult result = function->callback(view, values);
    context.host_function = outer;
    if (result.trap == TrapCode::none && !store.interrupted()) [[likely]]
      return 0;
    return leave_wasm(store, result);
  } catch (...) {
    context.host_function = outer;
    HostResult result = failure_of_current_exception();
    return leave_wasm(store, result);
  }
}

}  // namespace wasmjet
