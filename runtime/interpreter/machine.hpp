#pragma once

/// The interpreter's machine: what handlers share, and how one goes to the next.
///
/// A handler is a function. Its parameters are the machine's registers, its last act is to call the handler
/// of the next instruction: as all have one signature, the call is a jump, and the registers stay where the
/// calling convention puts them. Where the compiler cannot be relied on for that (no optimization,
/// sanitizers) a handler returns instead, and a loop calls the next one.
///
/// The handlers are compiled twice: run.cpp has the fast ones, counting_run.cpp (WASMJET_COUNTING) those that
/// count each instruction when it begins (counters.hpp). The latter keep no operands in registers and take no
/// instructions together, so that one handler an opcode is enough.

#include "runtime/instance.hpp"
#include "runtime/interpreter/code.hpp"
#include "runtime/interpreter/registers.hpp"
#include "runtime/interpreter/stack.hpp"

namespace wasmjet::interpreter {

#ifdef WASMJET_COUNTING
constexpr bool kCounting = true;
#else
constexpr bool kCounting = false;
#endif

struct Machine;

/// pc: the instruction; moved on when it can no longer trap. sp: one past the topmost operand that is not in
/// a register. a, b, x: operands, see Cache.
#define REGISTERS                                                                                    \
  [[maybe_unused]] const std::uint8_t *pc, [[maybe_unused]] Slot *sp, [[maybe_unused]] Slot *locals, \
      [[maybe_unused]] Machine *vm, [[maybe_unused]] Slot a, [[maybe_unused]] Slot b,                \
      [[maybe_unused]] Vector x
#define PASS pc, sp, locals, vm, a, b, x

using Handler = void (*)(REGISTERS);

/// What is used less often than every few instructions. One for each entry from the host.
struct Machine {
  const BranchEntry* branches = nullptr;  ///< the first entry that is not behind `pc`
  const MemoryRecord* memory = nullptr;
  const FuncRef* functions = nullptr;  ///< the context's, by index
  const std::atomic<std::uint32_t>* interrupt = nullptr;
  const Function* function = nullptr;
  VmContext* context = nullptr;
  const Slot* stack_limit = nullptr;
  Stack* stack = nullptr;
  Activation* activation = nullptr;
  TrapCode trap = TrapCode::none;
  std::uintptr_t counters = 0;  ///< Counters::base() of the current module, where it counts

  [[gnu::always_inline]] bool interrupted() const { return interrupt->load(std::memory_order_relaxed) != 0; }
  /// Makes `to`, an instance of the module of `function`, the current context.
  [[gnu::noinline]] void switch_to(VmContext* to);
  [[gnu::always_inline]] void count(const std::uint8_t* place, std::uint64_t amount) const {
    const std::uintptr_t counter = counters + sizeof(std::uint64_t) * reinterpret_cast<std::uintptr_t>(place);
    *reinterpret_cast<std::uint64_t*>(counter) += amount;
  }

#ifndef WASMJET_TAIL_CALLS
  struct Saved {
    const std::uint8_t* pc;
    Slot *sp, *locals;
    Slot a, b;
    Vector x;
  };
  Handler next = nullptr;  ///< null: leave
  Saved saved;
#endif
};

/// How integers among the immediates are encoded: in one byte each, in up to three, or somehow.
enum class Form : std::uint8_t { brief, medium, any };

/// Handlers by encoding.
struct Handlers {
  Handler plain[256];
  Handler prefixed[32];  ///< behind 0xFC
};

}  // namespace wasmjet::interpreter

#ifdef WASMJET_TAIL_CALLS
#ifdef __clang__
#define WASMJET_MUSTTAIL [[clang::musttail]]
#else
#define WASMJET_MUSTTAIL
#endif
#define GOTO(handler) WASMJET_MUSTTAIL return handler(PASS)
#define LEAVE() return
#else
#define GOTO(handler)                      \
  do {                                     \
    vm->next = (handler);                  \
    vm->saved = {pc, sp, locals, a, b, x}; \
    return;                                \
  } while (false)
#define LEAVE()         \
  do {                  \
    vm->next = nullptr; \
    return;             \
  } while (false)
#endif

/// Adds to the counter for the byte at `place` (counters.hpp).
#define COUNT(place, amount)                               \
  do {                                                     \
    if constexpr (kCounting) vm->count((place), (amount)); \
  } while (false)

/// Goes on with the instruction at `position`, operands being as `cache` says.
#ifdef WASMJET_COUNTING
#define NEXT(cache, position)       \
  do {                              \
    pc = (position);                \
    spill<cache>(sp, a, b, x);      \
    COUNT(pc, 1);                   \
    GOTO(g_handlers[0].plain[*pc]); \
  } while (false)
#else
#define NEXT(cache, position)                                     \
  do {                                                            \
    pc = (position);                                              \
    GOTO(g_handlers[static_cast<std::size_t>(cache)].plain[*pc]); \
  } while (false)
#endif
#define TRAP(why)        \
  do {                   \
    vm->trap = (why);    \
    GOTO(leave_by_trap); \
  } while (false)
#define CHECK(result)                           \
  do {                                          \
    const TrapCode checked = (result);          \
    if (checked != TrapCode::none) [[unlikely]] \
      TRAP(checked);                            \
  } while (false)

/// A handler of an opcode, for a state of the operands and a form of the immediates. None is inlined into
/// another: where it goes to a rare one, that must cost the usual case no registers.
#define HANDLER(id)          \
  template <Cache C, Form F> \
  [[gnu::noinline]] void handle_##id(REGISTERS)
/// Leaves instructions whose immediates are not of form F to the handler for longer ones.
#define EXPECT_FORM(id, condition)                                            \
  if constexpr (F != Form::any) {                                             \
    if (!(condition)) [[unlikely]]                                            \
      GOTO((handle_##id < C, F == Form::brief ? Form::medium : Form::any >)); \
  }
/// One that finds all operands in the frame.
#define FRAME_HANDLER(id)               \
  void handle_in_frame_##id(REGISTERS); \
  HANDLER(id) {                         \
    spill<C>(sp, a, b, x);              \
    GOTO(handle_in_frame_##id);         \
  }                                     \
  [[gnu::noinline]] void handle_in_frame_##id(REGISTERS)

#define POP(T, cache) (pop<T, cache>(sp, a, b, x))
#define PUSH(cache, value) (push<cache>(sp, a, b, x, value))
