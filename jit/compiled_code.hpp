#pragma once

#include <vector>

#include "jit/code_region.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::jit {

/// The machine code of a module. Filled by ModuleCompiler, immutable after publish().
class CompiledCode final : public ModuleCode {
 public:
  CompiledCode(std::size_t capacity, std::uint32_t imported_functions)
      : region(capacity), imported_functions_(imported_functions) {}
  ~CompiledCode() override;

  /// Makes the first `used` bytes executable and registers them.
  void publish(std::size_t used);

  void* entry(std::uint32_t f) const override;
  const CodeMap& map() const override { return code_map; }
  const std::vector<InstructionMark>& instruction_map() const override { return marks; }
  const CompileStats& stats() const override { return compile_stats; }

  CodeRegion region;
  CodeMap code_map;
  std::vector<InstructionMark> marks;
  CompileStats compile_stats;

 private:
  std::uint32_t imported_functions_;
  bool registered_ = false;
};

}  // namespace wasmjet::jit
