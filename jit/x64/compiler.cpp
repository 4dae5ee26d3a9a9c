#include "jit/x64/compiler.hpp"

#include "jit/module_compiler.hpp"
#include "jit/x64/macro_assembler.hpp"

namespace wasmjet::jit::x64 {

std::shared_ptr<CompiledCode> compile_module(const ModuleContext& context, const CpuFeatures& features) {
  const auto make_masm = [&](CodeRegion& region, Emission& emission, const JitOptions& options) {
    return MacroAssembler(region, emission, features, options);
  };
  return ModuleCompiler<MacroAssembler, decltype(make_masm)>(context, make_masm).compile();
}

}  // namespace wasmjet::jit::x64
