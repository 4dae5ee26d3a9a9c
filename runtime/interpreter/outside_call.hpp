#pragma once

#include "runtime/interpreter/stack.hpp"

namespace wasmjet::interpreter {

/// Calls a function that is not interpreted, with its arguments below `sp`. The entry's Activation is up to
/// date. Returns one past the results, which come in the arguments' place; null after a trap, which is `trap`
/// then. Throws nothing.
Slot* call_outside(Stack& stack, const FuncRef& callee, VmContext* caller, Slot* sp, TrapCode& trap) noexcept;

}  // namespace wasmjet::interpreter
