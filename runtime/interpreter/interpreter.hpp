#pragma once

#include <memory>

#include "runtime/executor.hpp"

namespace wasmjet::interpreter {

/// Executes bytecode in place, without any machine code of its own. A FuncRef's entry is then a Function of
/// the interpreter, or null for host functions, which are called directly.
std::unique_ptr<Executor> make_executor();

}  // namespace wasmjet::interpreter
