#define WASMJET_COUNTING

#include <algorithm>

#include "runtime/bulk.hpp"
#include "runtime/executable.hpp"
#include "runtime/host_function.hpp"
#include "runtime/interpreter/operations.hpp"
#include "runtime/interpreter/outside_call.hpp"
#include "runtime/interpreter/run.hpp"

// The interpreter that counts (machine.hpp).

namespace wasmjet::interpreter {
namespace {

#include "runtime/interpreter/handlers.inc"

[[gnu::section(".data.rel.ro.counting")]] constinit Handlers g_handlers[kHandlerStates] = {
    make_handlers<Cache::none>()};

}  // namespace

TrapCode run_counting(Stack& stack, Activation& activation, const Function& function, VmContext& context) {
  return run_handlers(stack, activation, function, context);
}

}  // namespace wasmjet::interpreter
