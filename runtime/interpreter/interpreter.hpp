#pragma once

#include <cstdint>
#include <memory>

#include "runtime/executor.hpp"

namespace wasmjet {
class Store;
}

namespace wasmjet::interpreter {

/// Executes bytecode in place, without any machine code of its own. All functions are interpreted then; an
/// executor with a compiler may give single ones to the interpreter (ModuleCode::bytecode).
std::unique_ptr<Executor> make_executor();

/// The same, but all that runs is counted (FunctionSet::counters(), HostFunction::calls). Stores of the
/// engine must not run at the same time: they share the counters.
std::unique_ptr<Executor> make_counting_executor();

/// Calls an interpreted function of the instance with `context`: the parameters stand in `values`, the
/// results come there. Returns why it was left: the store's backtrace then says where. Throws nothing.
TrapCode enter(Store& store, const Function& function, VmContext& context, Value* values) noexcept;

/// The same, for the stubs by which compiled code calls an interpreted function. Non-zero: the compiled code
/// has to be left by its innermost entry record, where the trap stands already.
extern "C" std::uint32_t wasmjet_call_interpreter(const Function* function, VmContext* context,
                                                  Value* values) noexcept;

}  // namespace wasmjet::interpreter
