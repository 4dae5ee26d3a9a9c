#include "runtime/interpreter/run.hpp"

#include <algorithm>

#include "runtime/bulk.hpp"
#include "runtime/executable.hpp"
#include "runtime/interpreter/operations.hpp"
#include "runtime/interpreter/outside_call.hpp"

// One handler an opcode and state of the operands (machine.hpp). They stand in handlers_*.inc by subject.

namespace wasmjet::interpreter {

void Machine::switch_to(VmContext* to) {
  context = to;
  memory = to->memory0;
  functions = &at<FuncRef>(to, function->owner->layout().func_ref(0));
}

namespace {

extern const Handlers kHandlers[kCacheStates];

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

constexpr Handlers kHandlers[kCacheStates] = {make_handlers<Cache::none>(), make_handlers<Cache::a>(),
                                              make_handlers<Cache::ab>(),   make_handlers<Cache::x>(),
                                              make_handlers<Cache::xa>(),   make_handlers<Cache::ax>()};

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

}  // namespace wasmjet::interpreter
