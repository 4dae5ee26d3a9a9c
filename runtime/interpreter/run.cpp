#include "runtime/interpreter/run.hpp"

#include <algorithm>

#include "runtime/bulk.hpp"
#include "runtime/executable.hpp"
#include "runtime/host_function.hpp"
#include "runtime/interpreter/operations.hpp"

// The loop: one handler an opcode, each ending with a jump to the next one's. A handler finds `pc` at its
// opcode and moves it when it can no longer trap. Handlers stand in handlers_*.inc by subject.

namespace wasmjet::interpreter {
namespace {

/// Handlers by encoding.
struct Dispatch {
  Dispatch(const void* const* by_row, const void* prefix) {
    for (std::size_t i = 0; i < kOpcodeCount; ++i) {
      const OpcodeInfo& row = kOpcodeInfo[i];
      if (!is_executable(static_cast<Opcode>(i))) continue;
      (row.prefix == 0 ? plain[row.code] : prefixed[row.code]) = by_row[i];
    }
    plain[0xFC] = prefix;
  }
  const void* plain[256] = {};
  const void* prefixed[32] = {};
};

/// Calls a host function with its arguments below `sp`; its results come in their place.
TrapCode call_host_function(Stack& stack, const FuncRef& ref, VmContext* caller, Slot*& sp) {
  auto* function = reinterpret_cast<HostFunction*>(ref.context);
  const std::size_t params = function->type.params.size(), results = function->type.results.size();
  const std::size_t values = std::max(params, results);
  Slot* const first = sp + (reinterpret_cast<std::uintptr_t>(sp) / sizeof(Slot)) % 2;
  if (static_cast<std::size_t>(stack.limit - sp) < 2 * values + 1) return TrapCode::stack_overflow;
  auto* const buffer = reinterpret_cast<Value*>(first);
  sp -= params;
  for (std::size_t i = 0; i < params; ++i) buffer[i].u64 = sp[i];
  stack.top = first + 2 * values;
  if (wasmjet_call_host(function, caller, buffer) != 0) return caller->store->entry->pending;
  for (std::size_t i = 0; i < results; ++i) sp[i] = buffer[i].u64;
  sp += results;
  return TrapCode::none;
}

bool interrupted(const VmContext* context) {
  return context->store->interrupt.load(std::memory_order_relaxed) != 0;
}

}  // namespace

#define LABEL(id) handle_##id
#define DISPATCH() goto* handlers[*pc]
#define NEXT()  \
  do {          \
    ++pc;       \
    DISPATCH(); \
  } while (false)
#define NEXT_AT(position) \
  do {                    \
    pc = (position);      \
    DISPATCH();           \
  } while (false)
#define TRAP(why)       \
  do {                  \
    code = (why);       \
    goto leave_by_trap; \
  } while (false)
#define CHECK(result)                        \
  do {                                       \
    code = (result);                         \
    if (code != TrapCode::none) [[unlikely]] \
      goto leave_by_trap;                    \
  } while (false)

TrapCode run(Stack& stack, Activation& activation, const Function& entry, VmContext& entry_context) {
  static const void* const kByRow[] = {
#define OP(id, text, prefix, encoding, imm, sig, cls) &&LABEL(id),
#include "decoder/opcodes.def"
#undef OP
  };
  static const Dispatch kDispatch(kByRow, &&prefix_fc);
  const void* const* const handlers = kDispatch.plain;

  const std::uint8_t* pc = nullptr;
  const std::uint8_t* p = nullptr;  // behind what is decoded of the instruction
  const BranchEntry* branches = nullptr;
  Slot* locals = nullptr;
  Slot* sp = stack.top + entry.params;  // one past the topmost operand
  const Function* function = nullptr;
  VmContext* context = nullptr;
  const MemoryRecord* memory = nullptr;
  const Function* callee = &entry;
  VmContext* callee_context = &entry_context;
  const FuncRef* callee_ref = nullptr;
  TrapCode code = TrapCode::none;
  goto enter_callee;

#include "runtime/interpreter/handlers_control.inc"
#include "runtime/interpreter/handlers_memory.inc"
#include "runtime/interpreter/handlers_numeric.inc"
#include "runtime/interpreter/handlers_values.inc"

leave_by_trap:
  activation = {activation.previous, function, pc, locals, context};
  return code;
}

}  // namespace wasmjet::interpreter
