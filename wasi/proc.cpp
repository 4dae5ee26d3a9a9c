#include <sched.h>

#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

Leave proc_exit(Call&, uint32_t status) { return {HostResult::exit(status)}; }

// Signals are not part of the guest's world: later versions of the spec have dropped the function.
Answer proc_raise(Call&, uint32_t) { return Errno::nosys; }

Answer sched_yield(Call& call) {
  if (call.caller.interrupted()) return Answer::interrupted();
  return ::sched_yield() == 0 ? Errno::success : last_host_error();
}

}  // namespace wasmjet::wasi
