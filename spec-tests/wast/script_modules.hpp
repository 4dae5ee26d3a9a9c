#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "decoder/text/cursor.hpp"
#include "runtime/linker.hpp"

namespace wasmjet::wast {

/// A command that does not hold.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A command that depends on something unsupported.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// "module", "definition", "$id" and the bytes of a "(module ...)".
struct ModuleText {
  bool definition = false;
  std::optional<std::string> id;
  std::vector<std::uint8_t> bytes;
};

/// Throws TextError. The cursor stands behind "(module".
ModuleText parse_module(text::TokenCursor& cursor);

/// The modules of a script, by name and the latest one, and what they are linked to.
class ScriptModules {
 public:
  explicit ScriptModules(Engine& engine);

  /// Decodes and instantiates. All of these throw ModuleError, LinkError, ResourceError, Unsupported.
  Instantiated instantiate(std::vector<std::uint8_t> bytes);
  /// Likewise, and makes it the current instance, named `id`. Whatever goes wrong, commands that use this
  /// module find out that it is not there.
  void add_instance(const std::optional<std::string>& id, std::vector<std::uint8_t> bytes);
  /// Validates only.
  void add_definition(const std::optional<std::string>& id, std::vector<std::uint8_t> bytes);
  /// "(module instance $I $M)": of the definition `definition`, or of the latest one.
  void add_instance_of(const std::optional<std::string>& id, const std::optional<std::string>& definition);
  /// Notes that the module `id`, which would be current now, is unsupported; likewise of a definition.
  void add_unsupported(const std::optional<std::string>& id, const std::string& reason);
  void add_unsupported_definition(const std::optional<std::string>& id, const std::string& reason);
  void register_instance(const std::string& name, const std::optional<std::string>& id);
  /// The instance named `id`, or the current one. Throws Failure where there is none.
  const Instance& find(const std::optional<std::string>& id) const;

 private:
  /// No instance: `unsupported` says why, or it has failed.
  struct Slot {
    const Instance* instance = nullptr;
    std::string unsupported;
  };

  struct Definition {
    std::shared_ptr<const CompiledModule> module;
    std::string unsupported;
  };

  void set_current(const std::optional<std::string>& id, Slot slot);
  Instantiated instantiate(std::shared_ptr<const CompiledModule> module);
  void set_definition(const std::optional<std::string>& id, Definition definition);
  void add_instance(const std::optional<std::string>& id, std::shared_ptr<const CompiledModule> module);
  const Slot& slot(const std::optional<std::string>& id) const;

  Engine& engine_;
  Store store_;
  Linker linker_;
  std::map<std::string, Slot> named_;
  Slot current_;
  std::map<std::string, Definition> definitions_;
  Definition latest_definition_;
  std::set<std::string> unsupported_registrations_;
};

}  // namespace wasmjet::wast
