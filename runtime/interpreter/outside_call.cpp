#include "runtime/interpreter/outside_call.hpp"

#include <algorithm>
#include <exception>

#include "runtime/entry.hpp"
#include "runtime/host_function.hpp"

namespace wasmjet::interpreter {
namespace {

/// Moves the values between the operands at `sp` and a buffer above them; `run` makes the call.
template <class Run>
TrapCode with_buffer(Stack& stack, const FuncType& type, Slot*& sp, Run run) {
  const std::size_t params = type.params.size(), results = type.results.size();
  const std::size_t values = std::max(params, results);
  Slot* const first = sp + (reinterpret_cast<std::uintptr_t>(sp) / sizeof(Slot)) % 2;
  if (static_cast<std::size_t>(stack.limit - sp) < 2 * values + 1) return TrapCode::stack_overflow;
  auto* const buffer = reinterpret_cast<Value*>(first);
  sp -= params;
  for (std::size_t i = 0; i < params; ++i) buffer[i].u64 = sp[i];
  stack.top = first + 2 * values;
  const TrapCode code = run(buffer);
  if (code != TrapCode::none) return code;
  for (std::size_t i = 0; i < results; ++i) sp[i] = buffer[i].u64;
  sp += results;
  return TrapCode::none;
}

TrapCode call_host(Stack& stack, const FuncRef& callee, VmContext* caller, Slot*& sp) {
  auto* function = reinterpret_cast<HostFunction*>(callee.context);
  return with_buffer(stack, function->type, sp, [&](Value* values) {
    return function->run(function, caller, values) == 0 ? TrapCode::none : caller->store->entry->pending;
  });
}

TrapCode call_compiled(Stack& stack, const FuncRef& callee, VmContext* caller, Slot*& sp) {
  Store& store = caller->instance->store();
  if (!has_stack(store)) return TrapCode::stack_overflow;
  TypeEntry& type = store.engine().type(callee.type_id);
  return with_buffer(stack, type.type, sp, [&](Value* values) {
    const TrapCode code = enter_compiled(store, callee, type, values);
    if (code != TrapCode::none) store.context().entry->traced = true;
    return code;
  });
}

}  // namespace

Slot* call_outside(Stack& stack, const FuncRef& callee, VmContext* caller, Slot* sp, TrapCode& trap) noexcept
    try {
  trap = callee.kind == FuncKind::host ? call_host(stack, callee, caller, sp)
                                       : call_compiled(stack, callee, caller, sp);
  return trap == TrapCode::none ? sp : nullptr;
} catch (const std::exception& error) {  // no trampoline could be made
  caller->instance->store().set_host_failure(HostResult::failure(error.what()));
  trap = TrapCode::host;
  return nullptr;
}

}  // namespace wasmjet::interpreter
