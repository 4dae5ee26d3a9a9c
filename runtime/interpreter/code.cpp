#include "runtime/interpreter/code.hpp"

#include <chrono>

#include "decoder/decoder.hpp"

namespace wasmjet::interpreter {

InterpretedCode::InterpretedCode(const Module& module, const VmLayout& layout,
                                 const std::vector<std::uint32_t>& type_ids, const CompileOptions& options)
    : module_(module), layout_(layout), type_ids_(type_ids) {
  const auto start = std::chrono::steady_clock::now();
  FunctionValidator validator(module, options.cancel);
  functions_.reserve(module.bodies.size());
  std::vector<std::size_t> first_branch;
  first_branch.reserve(module.bodies.size());
  for (std::uint32_t i = 0; i < module.bodies.size(); ++i) {
    const FunctionInfo& info = validator.validate(module.imported_functions + i);
    const FuncType& type = module.function_type(info.function);
    first_branch.push_back(branches_.size());
    append_side_table(module, info, branches_);
    Function& function = functions_.emplace_back();
    function.code = module.bytes.data() + info.code_begin;
    function.end = module.bytes.data() + info.code_end - 1;
    function.owner = this;
    function.params = static_cast<std::uint32_t>(type.params.size());
    function.results = static_cast<std::uint32_t>(type.results.size());
    function.locals = static_cast<std::uint32_t>(info.locals.size());
    function.frame_slots = function.locals + kFrameSlots + info.max_stack;
  }
  for (std::size_t i = 0; i < functions_.size(); ++i) {
    functions_[i].branches = branches_.data() + first_branch[i];
  }
  stats_.interpreted_functions = static_cast<std::uint32_t>(functions_.size());
  stats_.compile_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace wasmjet::interpreter
