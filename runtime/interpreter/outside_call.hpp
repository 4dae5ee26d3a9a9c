#pragma once

#include "runtime/interpreter/stack.hpp"

namespace wasmjet::interpreter {

/// Calls a function that is not interpreted, with its arguments below `sp`; its results come in their place.
/// The entry's Activation is up to date. Throws nothing.
TrapCode call_outside(Stack& stack, const FuncRef& callee, VmContext* caller, Slot*& sp) noexcept;

}  // namespace wasmjet::interpreter
