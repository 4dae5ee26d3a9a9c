#pragma once

#include <vector>

#include "jit/code_region.hpp"
#include "runtime/executor.hpp"
#include "runtime/interpreter/code.hpp"

namespace wasmjet::jit {

/// The machine code of a module, and its functions that are interpreted. Filled by ModuleCompiler, immutable
/// after publish().
class CompiledCode final : public ModuleCode {
 public:
  CompiledCode(std::size_t capacity, const Module& module, const VmLayout& layout,
               const std::vector<std::uint32_t>& type_ids)
      : region(capacity), interpreted(module, layout, type_ids) {}
  ~CompiledCode() override;

  /// Makes the first `used` bytes executable and registers them.
  void publish(std::size_t used);

  void* entry(std::uint32_t f) const override;
  const interpreter::Function* bytecode(std::uint32_t f) const override { return interpreted.find(f); }
  const CodeMap& map() const override { return code_map; }
  const std::vector<InstructionMark>& instruction_map() const override { return marks; }
  const CompileStats& stats() const override { return compile_stats; }

  CodeRegion region;
  std::vector<std::uint32_t> entries;  ///< offsets of all defined functions' entries
  CodeMap code_map;                    ///< has compiled functions only
  interpreter::FunctionSet interpreted;
  std::vector<InstructionMark> marks;
  CompileStats compile_stats;
  std::vector<std::shared_ptr<void>> observed;  ///< of CodeObserver::added()

 private:
  bool registered_ = false;
};

}  // namespace wasmjet::jit
