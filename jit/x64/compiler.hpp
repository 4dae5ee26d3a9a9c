#pragma once

#include <memory>

#include "jit/function_compiler.hpp"
#include "jit/x64/cpu_features.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::jit::x64 {

/// Compiles every function of a module for x86-64. Throws ModuleError.
std::shared_ptr<const ModuleCode> compile_module(const ModuleContext& context, const CpuFeatures& features);

}  // namespace wasmjet::jit::x64
