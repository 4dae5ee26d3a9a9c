#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/linker.hpp"
#include "spec-tests/wast/script_errors.hpp"

namespace wasmjet::wast {

using ModulePointer = std::shared_ptr<const CompiledModule>;

/// What identifiers of a script, and no identifier, stand for: pointers, or the reason why there is none. The
/// reason is empty where the command that should have made it has failed, else it is what is unsupported.
template <class Pointer>
class ScriptNames {
 public:
  using Id = std::optional<std::string>;

  /// What `make` gives. If it throws, this throws the same, and get() will tell.
  void set(const Id& id, const std::function<Pointer()>& make) {
    assign(id, {});
    try {
      assign(id, {make(), {}});
    } catch (const Unsupported& error) {
      assign(id, {nullptr, error.what()});
      throw;
    }
  }

  bool contains(const std::string& id) const { return named_.contains(id); }
  /// Null where there is nothing of that name.
  Pointer find(const std::string& id) const {
    const auto found = named_.find(id);
    return found == named_.end() ? nullptr : found->second.pointer;
  }

  Pointer get(const Id& id) const {
    const Slot* slot = &latest_;
    if (id) {
      const auto found = named_.find(*id);
      if (found == named_.end()) throw Failure("no module $" + *id);
      slot = &found->second;
    }
    if (slot->pointer != nullptr) return slot->pointer;
    if (!slot->unsupported.empty()) throw Unsupported(slot->unsupported);
    throw Failure("the module is not there: it has failed before");
  }

 private:
  struct Slot {
    Pointer pointer{};
    std::string unsupported;
  };

  void assign(const Id& id, Slot slot) {
    if (id) named_[*id] = slot;
    latest_ = std::move(slot);
  }

  std::map<std::string, Slot> named_;
  Slot latest_;
};

/// The modules of a script, by name and the latest one, and what they are linked to. Whatever depends on
/// something unsupported throws Unsupported with the same reason, and on what has failed, Failure.
class ScriptModules {
 public:
  using Id = ScriptNames<ModulePointer>::Id;

  explicit ScriptModules(Engine& engine);

  /// Decodes and validates all of a module, with every optional feature, before anything else looks at it:
  /// that a tier does not execute it must not hide that it is invalid. Throws ModuleError.
  ModulePointer load(std::vector<std::uint8_t> bytes) const;
  /// Throws LinkError, ResourceError, Unsupported, Failure.
  Instantiated instantiate(const ModulePointer& module);
  /// Likewise, and a trap is a Failure.
  const Instance* instantiate_whole(const ModulePointer& module);

  /// Names what `make` gives; it is the latest definition from now on. If `make` throws, so does this, and
  /// definition() will say why.
  ModulePointer define(const Id& id, const std::function<ModulePointer()>& make);
  /// Likewise instantiates what `find` gives; that instance is the current one from now on.
  void add_instance(const Id& id, const std::function<ModulePointer()>& find);
  /// That of this name, or the latest one.
  ModulePointer definition(const Id& id) const { return definitions_.get(id); }
  const Instance& instance(const Id& id) const { return *instances_.get(id); }
  void register_instance(const std::string& name, const Id& id);
  /// What is unsupported of a module that imports from `instance` and so might have changed it. Empty if
  /// there is none: what the instance does now is as it should be.
  std::string missing_effects(const Instance& instance) const;

 private:
  void note_missing_effects(const Module& module, const std::string& unsupported);

  Engine& engine_;
  Store store_;
  Linker linker_;
  ScriptNames<ModulePointer> definitions_;
  ScriptNames<const Instance*> instances_;
  /// What importers find under each registered name: the instance, or why there is none.
  ScriptNames<const Instance*> registered_;
  std::map<const Instance*, std::string> missing_effects_;
};

}  // namespace wasmjet::wast
