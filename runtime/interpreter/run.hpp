#pragma once

#include "runtime/interpreter/code.hpp"
#include "runtime/interpreter/stack.hpp"

namespace wasmjet::interpreter {

/// Runs `function`, of the instance with `context`, on the parameters at `stack.top`; its results come there.
/// After a trap `activation` tells where it happened. Throws nothing.
TrapCode run(Stack& stack, Activation& activation, const Function& function, VmContext& context);

/// The same for functions whose module has counters (FunctionSet::counters()), and all that they call has.
TrapCode run_counting(Stack& stack, Activation& activation, const Function& function, VmContext& context);

}  // namespace wasmjet::interpreter
