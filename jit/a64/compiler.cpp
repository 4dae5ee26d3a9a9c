#include "jit/a64/compiler.hpp"

#include "jit/a64/macro_assembler.hpp"
#include "jit/module_compiler.hpp"

namespace wasmjet::jit::a64 {

std::shared_ptr<CompiledCode> compile_module(const ModuleContext& context) {
  const auto make_masm = [&](CodeRegion& region, Emission& emission, const JitOptions& options) {
    return MacroAssembler(region, emission, options);
  };
  return ModuleCompiler<MacroAssembler, decltype(make_masm)>(context, make_masm).compile();
}

}  // namespace wasmjet::jit::a64
