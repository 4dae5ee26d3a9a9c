#include "spec-tests/wast/script_modules.hpp"

#include <utility>

#include "decoder/decoder.hpp"
#include "spec-tests/wast/spectest.hpp"

namespace wasmjet::wast {
namespace {

/// What the modules of one script may use of the host, so that hostile ones cannot take it all.
constexpr StoreLimits script_limits() {
  StoreLimits limits;
  limits.max_memory_bytes = std::uint64_t{4} << 30;
  return limits;
}

}  // namespace

ScriptModules::ScriptModules(Engine& engine)
    : engine_(engine), store_(engine, script_limits()), linker_(store_) {
  define_spectest(linker_);
}

ModulePointer ScriptModules::load(std::vector<std::uint8_t> bytes) const {
  constexpr Features kAll{.threads = true, .custom_page_sizes = true};
  auto module =
      std::make_shared<const CompiledModule>(engine_, decode_module(std::move(bytes), nullptr, kAll));
  validate_functions(module->module());
  return module;
}

Instantiated ScriptModules::instantiate(const ModulePointer& module) {
  try {
    for (const Import& import : module->module().imports) {
      if (registered_.contains(import.module)) registered_.get(import.module);  // throws if it is not there
    }
    return supported([&] { return linker_.instantiate(module); });
  } catch (const Unsupported& error) {
    note_missing_effects(module->module(), error.what());
    throw;
  }
}

void ScriptModules::note_missing_effects(const Module& module, const std::string& unsupported) {
  for (const Import& import : module.imports) {
    if (const Instance* const instance = registered_.find(import.module)) {
      missing_effects_.try_emplace(instance, unsupported);
    }
  }
}

std::string ScriptModules::missing_effects(const Instance& instance) const {
  const auto found = missing_effects_.find(&instance);
  return found == missing_effects_.end() ? std::string() : found->second;
}

const Instance* ScriptModules::instantiate_whole(const ModulePointer& module) {
  const Instantiated result = instantiate(module);
  if (result.trap) throw Failure("trap: " + result.trap->message);
  return result.instance;
}

ModulePointer ScriptModules::define(const Id& id, const std::function<ModulePointer()>& make) {
  definitions_.set(id, make);
  return definitions_.get(id);
}

void ScriptModules::add_instance(const Id& id, const std::function<ModulePointer()>& find) {
  instances_.set(id, [&] { return instantiate_whole(find()); });
}

void ScriptModules::register_instance(const std::string& name, const Id& id) {
  linker_.remove_module(name);
  registered_.set(name, [&] { return &instance(id); });
  linker_.define_instance(name, instance(id));
}

}  // namespace wasmjet::wast
