#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "runtime/instance.hpp"
#include "runtime/trap_report.hpp"

namespace wasmjet {

/// Makes an instance (spec 4.5.4), in two steps: allocation, which may fail with an exception and then
/// leaves nothing behind; and initialization, which may trap and then leaves what it has done so far.
class Instantiation {
 public:
  /// `imports` has to live until allocate() returns. Throws std::invalid_argument if they do not match.
  Instantiation(Store& store, std::shared_ptr<const CompiledModule> module, std::span<const Extern> imports,
                std::string name);

  /// Throws ModuleError, ResourceError, std::bad_alloc.
  std::unique_ptr<Instance> allocate(const std::atomic<bool>* cancel);
  /// Active segments in order, then the start function.
  static std::optional<Trap> initialize(Instance& instance);

 private:
  template <class T>
  T& at(std::uint32_t offset) const;

  void take_imports();
  void create_memories();
  void create_tables();
  void create_functions();
  void create_globals();
  void create_tags();
  void create_segments();

  const std::vector<std::uint32_t>& type_ids() const { return instance_->compiled_module().type_ids(); }
  static Value evaluate(const Instance& instance, const ConstExpr& expression);

  Store& store_;
  std::span<const Extern> imports_;
  std::unique_ptr<Instance> instance_;
  const Module& module_;
  const VmLayout& layout_;
};

}  // namespace wasmjet
