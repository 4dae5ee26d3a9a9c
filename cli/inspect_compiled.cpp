#ifdef WASMJET_JIT

#include "cli/inspect_compiled.hpp"

#include <utility>
#include <vector>

#include "cli/errors.hpp"
#include "cli/module_file.hpp"

namespace wasmjet::cli {
namespace {

jit::JitOptions choices_of(const InspectOptions& options) {
  jit::JitOptions choices;
  choices.interpret_unsupported = true;
  if (options.target) choices.target = *options.target == "a64" ? jit::Target::a64 : jit::Target::x64;
  return choices;
}

}  // namespace

InspectedCode::InspectedCode(const InspectOptions& options, const CompileOptions& wanted)
    : choices_(choices_of(options)), engine_(jit::make_executor(choices_)) {
  std::vector<std::uint8_t> bytes = load_module(options.module);
  try {
    module_ = CompiledModule::decode(engine_, std::move(bytes));
    code_ = module_->code(wanted);
  } catch (...) {
    throw_module_failure(options.module);
  }
}

}  // namespace wasmjet::cli

#endif
