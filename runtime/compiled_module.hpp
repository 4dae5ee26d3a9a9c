#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "decoder/decoder.hpp"
#include "decoder/dwarf/source_lines.hpp"
#include "decoder/names.hpp"
#include "runtime/engine.hpp"

namespace wasmjet {

/// A module ready to be instantiated any number of times, in any number of stores. Function bodies are
/// validated and compiled when code() is first asked for; the code is shared by all instances.
///
/// Ownership: through std::shared_ptr; instances keep it alive. Thread-safe.
class CompiledModule {
 public:
  /// Takes a decoded module over. `name` is what backtraces call it where the name section is silent.
  CompiledModule(Engine& engine, Module module, std::string name = {});

  /// Decodes `bytes` (spec chapter 5). Throws ModuleError. `cancel` is polled.
  static std::shared_ptr<CompiledModule> decode(Engine& engine, std::vector<std::uint8_t> bytes,
                                                std::string name = {},
                                                const std::atomic<bool>* cancel = nullptr);

  Engine& engine() const { return engine_; }
  const Module& module() const { return module_; }
  const VmLayout& layout() const { return layout_; }
  /// Canonical type id of each of Module::types.
  const std::vector<std::uint32_t>& type_ids() const { return type_ids_; }
  const std::string& name() const { return name_; }

  /// Machine code for these options, compiled at the first request. An empty `memories` means guarded
  /// ones. Throws ModuleError. Code with an instruction map
  /// or with times of functions is not cached.
  std::shared_ptr<const ModuleCode> code(CompileOptions options = {}) const;

  /// The name section's name of a function, else "func[N]". May hold control characters.
  std::string function_name(std::uint32_t function) const { return names_.name(function); }
  /// Which lines of source the code comes from, if the module says so.
  const dwarf::SourceLines& source_lines() const { return source_lines_; }

 private:
  Engine& engine_;
  Module module_;
  FunctionNames names_;
  dwarf::SourceLines source_lines_;
  VmLayout layout_;
  std::vector<std::uint32_t> type_ids_;
  std::string name_;
  mutable std::mutex mutex_;
  mutable std::map<std::vector<MemoryBounds>, std::shared_ptr<const ModuleCode>> code_;
};

}  // namespace wasmjet
