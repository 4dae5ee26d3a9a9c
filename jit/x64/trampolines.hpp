#pragma once

#include "decoder/types.hpp"
#include "jit/trampoline.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::x64 {

/// See EnterFunction, Executor::host_stub and Executor::builtin_thunk.
Trampoline make_entry(const FuncType& type);
Trampoline make_host_stub(const FuncType& type);
Trampoline make_builtin_thunk(Builtin builtin, void* target);
/// By which compiled code calls the interpreted function in Abi::kInterpreted: spills the arguments to an
/// array of Value, records the transition, calls wasmjet_call_interpreter() and leaves by the trap exit if
/// that says so.
Trampoline make_interpreter_stub(const FuncType& type);

}  // namespace wasmjet::jit::x64
