#include "spec-tests/wast/script_modules.hpp"

#include <utility>

#include "decoder/text/assemble.hpp"
#include "spec-tests/wast/spectest.hpp"

namespace wasmjet::wast {

ModuleText parse_module(text::TokenCursor& cursor) {
  ModuleText module;
  module.definition = cursor.accept_keyword("definition");
  module.id = cursor.accept_id();
  module.bytes = text::assemble_rest(cursor);
  return module;
}

ScriptModules::ScriptModules(Engine& engine) : engine_(engine), store_(engine), linker_(store_) {
  define_spectest(linker_);
}

void ScriptModules::set_current(const std::optional<std::string>& id, Slot slot) {
  if (id) named_[*id] = slot;
  current_ = std::move(slot);
}

Instantiated ScriptModules::instantiate(std::shared_ptr<const CompiledModule> module) {
  for (const Import& import : module->module().imports) {
    if (unsupported_registrations_.contains(import.module)) {
      throw Unsupported("imports from " + import.module + ", which is unsupported");
    }
  }
  return linker_.instantiate(std::move(module));
}

Instantiated ScriptModules::instantiate(std::vector<std::uint8_t> bytes) {
  return instantiate(CompiledModule::decode(engine_, std::move(bytes)));
}

void ScriptModules::add_instance(const std::optional<std::string>& id,
                                 std::shared_ptr<const CompiledModule> module) {
  set_current(id, {});
  try {
    const Instantiated result = instantiate(std::move(module));
    if (result.trap) throw Failure("trapped: " + result.trap->message);
    set_current(id, {result.instance, {}});
  } catch (const Unsupported& error) {
    add_unsupported(id, error.what());
    throw;
  } catch (const ModuleError& error) {
    if (error.kind() == ModuleErrorKind::unsupported) add_unsupported(id, error.what());
    throw;
  }
}

void ScriptModules::add_instance(const std::optional<std::string>& id, std::vector<std::uint8_t> bytes) {
  set_current(id, {});
  std::shared_ptr<const CompiledModule> module;
  try {
    module = CompiledModule::decode(engine_, std::move(bytes));
  } catch (const ModuleError& error) {
    if (error.kind() == ModuleErrorKind::unsupported) add_unsupported(id, error.what());
    throw;
  }
  add_instance(id, std::move(module));
}

void ScriptModules::set_definition(const std::optional<std::string>& id, Definition definition) {
  if (id) definitions_[*id] = definition;
  latest_definition_ = std::move(definition);
}

void ScriptModules::add_definition(const std::optional<std::string>& id, std::vector<std::uint8_t> bytes) {
  set_definition(id, {});
  try {
    auto module = CompiledModule::decode(engine_, std::move(bytes));
    validate_functions(module->module());
    set_definition(id, {std::move(module), {}});
  } catch (const ModuleError& error) {
    if (error.kind() == ModuleErrorKind::unsupported) add_unsupported_definition(id, error.what());
    throw;
  }
}

void ScriptModules::add_instance_of(const std::optional<std::string>& id,
                                    const std::optional<std::string>& definition) {
  set_current(id, {});
  Definition found = latest_definition_;
  if (definition) {
    const auto named = definitions_.find(*definition);
    found = named == definitions_.end() ? Definition{} : named->second;
  }
  if (!found.unsupported.empty()) {
    add_unsupported(id, found.unsupported);
    throw Unsupported(found.unsupported);
  }
  if (found.module == nullptr) throw Failure("no such module definition");
  add_instance(id, std::move(found.module));
}

void ScriptModules::add_unsupported_definition(const std::optional<std::string>& id,
                                               const std::string& reason) {
  set_definition(id, {nullptr, reason});
}

void ScriptModules::add_unsupported(const std::optional<std::string>& id, const std::string& reason) {
  set_current(id, {nullptr, reason});
}

const ScriptModules::Slot& ScriptModules::slot(const std::optional<std::string>& id) const {
  if (!id) return current_;
  const auto found = named_.find(*id);
  if (found == named_.end()) throw Failure("no module $" + *id);
  return found->second;
}

void ScriptModules::register_instance(const std::string& name, const std::optional<std::string>& id) {
  const Slot& registered = slot(id);
  if (!registered.unsupported.empty()) {
    unsupported_registrations_.insert(name);
    throw Unsupported(registered.unsupported);
  }
  linker_.define_instance(name, find(id));
}

const Instance& ScriptModules::find(const std::optional<std::string>& id) const {
  const Slot& found = slot(id);
  if (!found.unsupported.empty()) throw Unsupported(found.unsupported);
  if (found.instance == nullptr) throw Failure("the module is not there: it has failed before");
  return *found.instance;
}

}  // namespace wasmjet::wast
