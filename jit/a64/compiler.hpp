#pragma once

#include <memory>

#include "jit/compiled_code.hpp"
#include "jit/function_compiler.hpp"

namespace wasmjet::jit::a64 {

/// Compiles every function of a module for AArch64 (ARMv8.0 with floating point and Advanced SIMD, which all
/// that run 64-bit Linux have). Throws ModuleError.
std::shared_ptr<CompiledCode> compile_module(const ModuleContext& context);

}  // namespace wasmjet::jit::a64
