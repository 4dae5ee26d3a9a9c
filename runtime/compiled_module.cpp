#include "runtime/compiled_module.hpp"

#include "runtime/executable.hpp"
#include "runtime/store_types.hpp"

namespace wasmjet {

CompiledModule::CompiledModule(Engine& engine, Module module, std::string name)
    : engine_(engine),
      module_(std::move(module)),
      names_(module_),
      source_lines_(module_),
      layout_(module_),
      name_(std::move(name)) {
  type_ids_.reserve(module_.types.size());
  for (const FuncType& type : module_.types) {
    type_ids_.push_back(engine_.type(outside_type(type, type_ids_)).id);
  }
}

std::shared_ptr<CompiledModule> CompiledModule::decode(Engine& engine, std::vector<std::uint8_t> bytes,
                                                       std::string name, const std::atomic<bool>* cancel) {
  return std::make_shared<CompiledModule>(engine, decode_module(std::move(bytes), cancel), std::move(name));
}

std::shared_ptr<const ModuleCode> CompiledModule::code(CompileOptions options) const {
  require_executable(module_);
  if (options.memories.empty()) options.memories.assign(module_.memories.size(), MemoryBounds::guarded);
  options.module_name = name_;
  options.source_lines = &source_lines_;
  const auto compile = [&] { return engine_.executor().compile(module_, layout_, type_ids_, options); };
  if (options.instruction_map || options.function_times) return compile();
  const std::scoped_lock lock(mutex_);
  std::shared_ptr<const ModuleCode>& code = code_[options.memories];
  if (code == nullptr) code = compile();
  return code;
}

}  // namespace wasmjet
