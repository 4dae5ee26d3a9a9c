#include "runtime/interpreter/run.hpp"

#include <algorithm>

#include "runtime/bulk.hpp"
#include "runtime/executable.hpp"
#include "runtime/interpreter/operations.hpp"
#include "runtime/interpreter/outside_call.hpp"

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
  activation = {function, pc, locals, context};
  return code;
}

}  // namespace wasmjet::interpreter
