#pragma once

#include <memory>

#include "jit/compiled_code.hpp"
#include "jit/function_compiler.hpp"
#include "jit/x64/cpu_features.hpp"

namespace wasmjet::jit::x64 {

/// Compiles every function of a module for x86-64. Throws ModuleError.
std::shared_ptr<CompiledCode> compile_module(const ModuleContext& context, const CpuFeatures& features);

}  // namespace wasmjet::jit::x64
