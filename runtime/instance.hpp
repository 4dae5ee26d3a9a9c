#pragma once

#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/compiled_module.hpp"
#include "runtime/extern.hpp"

namespace wasmjet {

/// A module instance (spec 4.2.5). Made by Linker::instantiate or Store::instantiate; owned by its store.
class Instance {
 public:
  Instance(Store& store, std::shared_ptr<const CompiledModule> module, std::string name);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const std::string& name() const { return name_; }
  Store& store() const { return store_; }
  const Module& module() const { return compiled_->module(); }
  const CompiledModule& compiled_module() const { return *compiled_; }
  const std::shared_ptr<const CompiledModule>& shared_module() const { return compiled_; }
  const ModuleCode& code() const { return *code_; }

  /// The export of this name, if there is one.
  std::optional<Extern> find_export(std::string_view name) const;
  /// Null (empty) where there is no such export of that kind.
  Func find_function(std::string_view name) const;
  MemoryInstance* find_memory(std::string_view name) const;
  TableInstance* find_table(std::string_view name) const;
  GlobalInstance* find_global(std::string_view name) const;
  /// Precondition for all of these: the index exists in the module's index space.
  Extern export_value(const Export& exported) const;
  Func function(std::uint32_t index) const;
  MemoryInstance& memory(std::uint32_t index) const { return *memories_[index]; }
  TableInstance& table(std::uint32_t index) const { return *tables_[index]; }
  GlobalInstance& global(std::uint32_t index) const { return *globals_[index]; }

  VmContext* context() const { return context_.get(); }
  FuncRef* func_ref(std::uint32_t index) const;
  /// Elements of a segment; empty once dropped.
  std::span<void* const> element_segment(std::uint32_t index) const { return element_segments_[index]; }
  void drop_element_segment(std::uint32_t index) { element_segments_[index] = {}; }
  /// Bytes of a segment; empty once dropped.
  std::span<const std::uint8_t> data_segment(std::uint32_t index) const { return data_segments_[index]; }
  void drop_data_segment(std::uint32_t index) { data_segments_[index] = {}; }

 private:
  friend class Instantiation;
  struct Free {
    void operator()(void* pointer) const { std::free(pointer); }
  };

  Store& store_;
  std::shared_ptr<const CompiledModule> compiled_;
  std::shared_ptr<const ModuleCode> code_;
  std::string name_;
  std::unique_ptr<VmContext, Free> context_;
  // Index spaces: imported entities first, then own ones.
  std::vector<MemoryInstance*> memories_;
  std::vector<TableInstance*> tables_;
  std::vector<GlobalInstance*> globals_;
  std::vector<TagInstance*> tags_;
  std::vector<std::unique_ptr<MemoryInstance>> own_memories_;
  std::vector<std::unique_ptr<TableInstance>> own_tables_;
  std::vector<std::unique_ptr<GlobalInstance>> own_globals_;
  std::vector<std::unique_ptr<TagInstance>> own_tags_;
  std::vector<std::vector<void*>> element_segments_;
  std::vector<std::span<const std::uint8_t>> data_segments_;
};

}  // namespace wasmjet
