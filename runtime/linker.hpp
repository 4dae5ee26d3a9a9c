#pragma once

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/store.hpp"

namespace wasmjet {

/// An import that nothing provides, or something of another type. what() names the import, both types and
/// the export whose name is nearest; its beginning is the spec testsuite's ("unknown import",
/// "incompatible import type").
class LinkError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Finds imports by module and name (spec 4.5.4 leaves this to the embedder).
///
/// Ownership: of names alone; everything defined belongs to the store, which outlives the linker. Not
/// thread-safe, finding included.
class Linker {
 public:
  using MakeExtern = std::function<Extern(Store&)>;

  explicit Linker(Store& store) : store_(store) {}

  Store& store() const { return store_; }
  /// Each of these replaces an earlier definition of the same name.
  void define(std::string_view module, std::string_view name, Extern value);
  void define_function(std::string_view module, std::string_view name, FuncType type, HostCallback callback);
  /// What is made when it is first found: a module imports few of the functions that an interface has.
  void define_lazily(std::string_view module, std::string_view name, MakeExtern make);
  /// All exports of `instance`, as module `module`.
  void define_instance(std::string_view module, const Instance& instance);
  /// Forgets all definitions of module `module`.
  void remove_module(std::string_view module);

  /// Null if there is none.
  const Extern* find(std::string_view module, std::string_view name) const;
  /// What stands for each import, in order. Throws LinkError.
  std::vector<Extern> resolve(const CompiledModule& compiled) const;
  /// resolve() and Store::instantiate(): throws LinkError, ModuleError, ResourceError.
  Instantiated instantiate(std::shared_ptr<const CompiledModule> module, std::string name = {},
                           const std::atomic<bool>* cancel = nullptr) const;

 private:
  using Definition = std::variant<Extern, MakeExtern>;
  using Names = std::map<std::string, Definition, std::less<>>;

  std::string unknown_import(const Module& module, const Import& import) const;

  Store& store_;
  mutable std::map<std::string, Names, std::less<>> modules_;
};

}  // namespace wasmjet
