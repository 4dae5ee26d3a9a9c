#pragma once

#include <memory>

#include "cli/options.hpp"
#include "jit/jit.hpp"
#include "runtime/compiled_module.hpp"

namespace wasmjet::cli {

/// The module that `inspect` is told of, compiled for the target that it is told of. What the compiler lacks
/// is left to the interpreter. Throws CommandError.
class InspectedCode {
 public:
  InspectedCode(const InspectOptions& options, const CompileOptions& wanted);

  const CompiledModule& module() const { return *module_; }
  const ModuleCode& code() const { return *code_; }
  jit::Target target() const { return choices_.target; }

 private:
  const jit::JitOptions choices_;
  Engine engine_;
  std::shared_ptr<const CompiledModule> module_;
  std::shared_ptr<const ModuleCode> code_;
};

}  // namespace wasmjet::cli
