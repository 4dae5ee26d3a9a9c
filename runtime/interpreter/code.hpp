#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "runtime/executor.hpp"
#include "runtime/interpreter/counters.hpp"
#include "runtime/interpreter/side_table.hpp"

namespace wasmjet::interpreter {

class FunctionSet;

/// A function as the interpreter calls it.
struct Function {
  const std::uint8_t* body = nullptr;  ///< the declarations of locals
  const std::uint8_t* code = nullptr;  ///< first instruction
  const std::uint8_t* end = nullptr;   ///< the final `end`
  const BranchEntry* branches = nullptr;
  const FunctionSet* owner = nullptr;
  std::uint32_t index = 0;  ///< in the function index space
  std::uint32_t params = 0;
  std::uint32_t results = 0;
  std::uint32_t locals = 0;       ///< parameters included
  std::uint32_t frame_slots = 0;  ///< locals, caller's state and operands
};

/// Whether what runs is counted. Then by a slower variant of the interpreter.
enum class Counting : bool { off, on };

/// Those functions of a module that the interpreter executes, with their side tables. The module, its layout
/// and type ids have to live as long.
class FunctionSet {
 public:
  FunctionSet(const Module& module, const VmLayout& layout, const std::vector<std::uint32_t>& type_ids,
              Counting counting = Counting::off);
  FunctionSet(const FunctionSet&) = delete;
  FunctionSet& operator=(const FunctionSet&) = delete;

  /// Adds a validated function. The address stays. Throws ModuleError where the interpreter, too, lacks
  /// something.
  const Function& add(const FunctionInfo& info, const std::atomic<bool>* cancel);
  /// To be called once all are added, before any runs.
  void finish();

  /// Null if `f` is not among them. Not before finish().
  const Function* find(std::uint32_t f) const;
  std::size_t size() const { return functions_.size(); }
  std::size_t side_table_bytes() const { return branches_.size() * sizeof(BranchEntry); }
  const Module& module() const { return module_; }
  const VmLayout& layout() const { return layout_; }
  std::uint32_t type_id(std::uint32_t type) const { return type_ids_[type]; }
  /// Null unless what runs is counted.
  const Counters* counters() const { return counters_.get(); }

 private:
  const Module& module_;
  const VmLayout& layout_;
  const std::vector<std::uint32_t>& type_ids_;
  std::deque<Function> functions_;
  std::vector<const Function*> by_index_;  ///< once they are finished
  std::vector<std::size_t> first_branch_;  ///< of each function, until they are finished
  std::vector<BranchEntry> branches_;
  std::unique_ptr<Counters> counters_;
};

/// A module all of whose functions are interpreted. There is no machine code.
class InterpretedCode final : public ModuleCode {
 public:
  /// Validates every function. Throws ModuleError.
  InterpretedCode(const Module& module, const VmLayout& layout, const std::vector<std::uint32_t>& type_ids,
                  const CompileOptions& options, Counting counting = Counting::off);

  void* entry(std::uint32_t) const override { return nullptr; }
  const Function* bytecode(std::uint32_t f) const override { return functions_.find(f); }
  const CodeMap& map() const override { return map_; }
  const std::vector<InstructionMark>& instruction_map() const override { return marks_; }
  const CompileStats& stats() const override { return stats_; }
  std::size_t side_table_bytes() const { return functions_.side_table_bytes(); }

 private:
  FunctionSet functions_;
  CodeMap map_;
  std::vector<InstructionMark> marks_;
  CompileStats stats_;
};

}  // namespace wasmjet::interpreter
