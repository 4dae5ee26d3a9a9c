#include "runtime/interpreter/run.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <system_error>
#include <vector>

#include "runtime/bulk.hpp"
#include "runtime/executable.hpp"
#include "runtime/host_function.hpp"
#include "runtime/interpreter/operations.hpp"
#include "runtime/interpreter/outside_call.hpp"
#include "runtime/interpreter/sampling.hpp"

namespace wasmjet::interpreter {

void Machine::switch_to(VmContext* to) {
  context = to;
  memory = to->memory0;
  functions = &at<FuncRef>(to, function->owner->layout().func_ref(0));
}

namespace {

#include "runtime/interpreter/handlers.inc"

/// Never written but while a profile is taken (sampling.hpp): the section is one that the loader makes
/// read-only.
[[gnu::section(".data.rel.ro.handlers")]] constinit Handlers g_handlers[kCacheStates] = {
    make_handlers<Cache::none>(), make_handlers<Cache::a>(),  make_handlers<Cache::ab>(),
    make_handlers<Cache::x>(),    make_handlers<Cache::xa>(), make_handlers<Cache::ax>()};

#include "runtime/interpreter/handlers_sampling.inc"

}  // namespace

TrapCode run(Stack& stack, Activation& activation, const Function& function, VmContext& context) {
  return run_handlers(stack, activation, function, context);
}

void prepare_sampling(void (*take)()) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(g_handlers) & ~(page - 1);
  const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(g_handlers) + sizeof g_handlers;
  if (mprotect(reinterpret_cast<void*>(begin), end - begin, PROT_READ | PROT_WRITE) != 0) {
    throw std::system_error(errno, std::generic_category(), "mprotect");
  }
  if (g_true_handlers.empty()) g_true_handlers.assign(std::begin(g_handlers), std::end(g_handlers));
  g_take_sample = take;
}

void request_sample() noexcept { divert_handlers(); }

void cancel_sample() noexcept { restore_handlers(); }

}  // namespace wasmjet::interpreter
