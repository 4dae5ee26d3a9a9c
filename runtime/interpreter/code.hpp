#pragma once

#include <cstdint>
#include <vector>

#include "runtime/executor.hpp"
#include "runtime/interpreter/side_table.hpp"

namespace wasmjet::interpreter {

class InterpretedCode;

/// A function as the interpreter calls it.
struct Function {
  const std::uint8_t* code = nullptr;  ///< first instruction
  const std::uint8_t* end = nullptr;   ///< the final `end`
  const BranchEntry* branches = nullptr;
  const InterpretedCode* owner = nullptr;
  std::uint32_t params = 0;
  std::uint32_t results = 0;
  std::uint32_t locals = 0;       ///< parameters included
  std::uint32_t frame_slots = 0;  ///< locals, caller's state and operands
};

/// A module's functions with their side tables. Its entries are no machine code but Functions.
class InterpretedCode final : public ModuleCode {
 public:
  /// Validates every function. Throws ModuleError.
  InterpretedCode(const Module& module, const VmLayout& layout, const std::vector<std::uint32_t>& type_ids,
                  const CompileOptions& options);

  void* entry(std::uint32_t f) const override {
    return const_cast<Function*>(&functions_[f - module_.imported_functions]);
  }
  const CodeMap& map() const override { return map_; }
  const std::vector<InstructionMark>& instruction_map() const override { return marks_; }
  const CompileStats& stats() const override { return stats_; }

  std::size_t side_table_bytes() const { return branches_.size() * sizeof(BranchEntry); }

  const Module& module() const { return module_; }
  const VmLayout& layout() const { return layout_; }
  std::uint32_t type_id(std::uint32_t type) const { return type_ids_[type]; }

 private:
  const Module& module_;
  const VmLayout& layout_;
  const std::vector<std::uint32_t>& type_ids_;
  std::vector<Function> functions_;
  std::vector<BranchEntry> branches_;
  CodeMap map_;  // empty: there is no machine code
  std::vector<InstructionMark> marks_;
  CompileStats stats_;
};

}  // namespace wasmjet::interpreter
