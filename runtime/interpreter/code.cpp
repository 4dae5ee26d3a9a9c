#include "runtime/interpreter/code.hpp"

#include <algorithm>
#include <chrono>

#include "decoder/decoder.hpp"

namespace wasmjet::interpreter {

FunctionSet::FunctionSet(const Module& module, const VmLayout& layout,
                         const std::vector<std::uint32_t>& type_ids, Counting counting)
    : module_(module), layout_(layout), type_ids_(type_ids) {
  if (counting == Counting::on) counters_ = std::make_unique<Counters>(module);
}

const Function& FunctionSet::add(const FunctionInfo& info, const std::atomic<bool>* cancel) {
  const std::size_t first_branch = branches_.size();
  append_side_table(module_, info, branches_, counters_ == nullptr ? Landing::brief : Landing::exact, cancel);
  first_branch_.push_back(first_branch);
  const FuncType& type = module_.function_type(info.function);
  const std::uint8_t* bytes = module_.bytes.data();
  Function& function = functions_.emplace_back();
  function.body = bytes + module_.body(info.function).begin;
  function.code = bytes + info.code_begin;
  function.end = bytes + info.code_end - 1;
  function.owner = this;
  function.index = info.function;
  function.params = static_cast<std::uint32_t>(type.params.size());
  function.results = static_cast<std::uint32_t>(type.results.size());
  function.locals = static_cast<std::uint32_t>(info.locals.size());
  function.frame_slots = function.locals + kFrameSlots + info.max_stack;
  return function;
}

void FunctionSet::finish() {
  for (std::size_t i = 0; i < functions_.size(); ++i) {
    functions_[i].branches = branches_.data() + first_branch_[i];
    by_index_.push_back(&functions_[i]);
  }
  std::ranges::sort(by_index_, {}, &Function::index);
  first_branch_ = {};
}

const Function* FunctionSet::find(std::uint32_t f) const {
  const auto found = std::ranges::lower_bound(by_index_, f, {}, &Function::index);
  return found != by_index_.end() && (*found)->index == f ? *found : nullptr;
}

InterpretedCode::InterpretedCode(const Module& module, const VmLayout& layout,
                                 const std::vector<std::uint32_t>& type_ids, const CompileOptions& options,
                                 Counting counting)
    : functions_(module, layout, type_ids, counting) {
  const auto start = std::chrono::steady_clock::now();
  FunctionValidator validator(module, options.cancel);
  for (std::uint32_t i = 0; i < module.bodies.size(); ++i) {
    functions_.add(validator.validate(module.imported_functions + i), options.cancel);
  }
  functions_.finish();
  stats_.interpreted_functions = static_cast<std::uint32_t>(functions_.size());
  stats_.compile_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace wasmjet::interpreter
