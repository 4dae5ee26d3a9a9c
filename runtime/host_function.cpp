#include "runtime/host_function.hpp"

#include <exception>
#include <utility>

#include "runtime/store.hpp"

namespace wasmjet {

HostResult run_host_function(const HostFunction& function, VmContext* caller, Value* values) noexcept {
  HostResult result;
  try {
    Caller view(caller);
    result = function.callback(view, values);
  } catch (const std::exception& error) {
    result = {TrapCode::host, 0, error.what()};
  } catch (...) {
    result = {TrapCode::host, 0, "unknown exception in a host function"};
  }
  if (result.trap == TrapCode::none && function.store->interrupted()) result.trap = TrapCode::interrupted;
  return result;
}

extern "C" std::uint32_t wasmjet_call_host(HostFunction* function, VmContext* caller,
                                           Value* values) noexcept {
  Store& store = *function->store;
  const HostFunction* const outer = std::exchange(store.context().host_function, function);
  HostResult result = run_host_function(*function, caller, values);
  store.context().host_function = outer;
  if (result.trap == TrapCode::none) return 0;
  store.context().entry->pending = result.trap;
  store.set_host_failure(std::move(result));
  return 1;
}

}  // namespace wasmjet
