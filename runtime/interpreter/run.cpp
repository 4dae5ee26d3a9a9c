#include "runtime/interpreter/run.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "runtime/bulk.hpp"
#include "runtime/executable.hpp"
#include "runtime/interpreter/operations.hpp"
#include "runtime/interpreter/outside_call.hpp"
#include "runtime/interpreter/sampling.hpp"

// One handler an opcode and state of the operands (machine.hpp). They stand in handlers_*.inc by subject.

namespace wasmjet::interpreter {

void Machine::switch_to(VmContext* to) {
  context = to;
  memory = to->memory0;
  functions = &at<FuncRef>(to, function->owner->layout().func_ref(0));
}

namespace {

extern Handlers g_handlers[kCacheStates];

[[gnu::noinline]] void leave_by_trap(REGISTERS) {
  *vm->activation = {vm->function, pc, locals, vm->context};
  LEAVE();
}

#include "runtime/interpreter/handlers_control.inc"
#include "runtime/interpreter/handlers_memory.inc"
#include "runtime/interpreter/handlers_numeric.inc"
#include "runtime/interpreter/handlers_values.inc"

template <Cache C>
consteval Handlers make_handlers() {
  constexpr Handler kByRow[] = {
#define OP(id, text, prefix, encoding, imm, sig, cls) handle_##id<C, Form::brief>,
#include "decoder/opcodes.def"
#undef OP
  };
  Handlers handlers{};
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const OpcodeInfo& row = kOpcodeInfo[i];
    if (!is_executable(static_cast<Opcode>(i))) continue;
    (row.prefix == 0 ? handlers.plain[row.code] : handlers.prefixed[row.code]) = kByRow[i];
  }
  handlers.plain[0xFC] = handle_prefix_fc<C, Form::brief>;
  return handlers;
}

/// Never written but while a profile is taken (sampling.hpp): the section is one that the loader makes
/// read-only.
[[gnu::section(".data.rel.ro.handlers")]] constinit Handlers g_handlers[kCacheStates] = {
    make_handlers<Cache::none>(), make_handlers<Cache::a>(),  make_handlers<Cache::ab>(),
    make_handlers<Cache::x>(),    make_handlers<Cache::xa>(), make_handlers<Cache::ax>()};

#include "runtime/interpreter/handlers_sampling.inc"

}  // namespace

TrapCode run(Stack& stack, Activation& activation, const Function& function, VmContext& context) {
  Machine machine;
  machine.interrupt = &context.store->interrupt;
  machine.stack = &stack;
  machine.stack_limit = stack.limit;
  machine.activation = &activation;
  FuncRef ref;
  ref.kind = FuncKind::interpreted;
  ref.context = &context;
  ref.bytecode = &function;
  call_reference(nullptr, stack.top + function.params, nullptr, &machine, reinterpret_cast<Slot>(&ref), 0,
                 Vector{});
#ifndef WASMJET_TAIL_CALLS
  while (machine.next != nullptr) {
    const Machine::Saved& at = machine.saved;
    machine.next(at.pc, at.sp, at.locals, &machine, at.a, at.b, at.x);
  }
#endif
  return machine.trap;
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
