#include "runtime/host_function.hpp"

#include <exception>
#include <utility>

#include "runtime/store.hpp"

namespace wasmjet {

[[gnu::cold]] std::uint32_t leave_wasm(VmContext* caller, HostResult result) noexcept {
  auto& context = static_cast<StoreContext&>(*caller->store);
  if (result.trap == TrapCode::none) result.trap = TrapCode::interrupted;
  if (context.entry != nullptr) context.entry->pending = result.trap;
  context.owner->set_host_failure(std::move(result));
  return 1;
}

[[gnu::cold]] std::uint32_t leave_wasm_by_exception(VmContext* caller) noexcept {
  HostResult result;
  try {
    throw;
  } catch (const std::exception& error) {
    result = HostResult::failure(error.what());
  } catch (...) {
    result = HostResult::failure("unknown exception in a host function");
  }
  return leave_wasm(caller, std::move(result));
}

}  // namespace wasmjet
