#pragma once

/// For unit tests: an executor whose "machine code" are C++ functions.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/executor.hpp"
#include "runtime/host_function.hpp"
#include "runtime/linker.hpp"

namespace wasmjet::testing {

/// Stands for a compiled function. False: leaves by record->trap.
using FakeFunction = bool (*)(EntryRecord* record, VmContext* context, Value* values);

class FakeCode final : public ModuleCode {
 public:
  explicit FakeCode(std::vector<FakeFunction> functions) : functions_(std::move(functions)) {}
  void* entry(std::uint32_t f) const override {
    return reinterpret_cast<void*>(f < functions_.size() ? functions_[f] : nullptr);
  }
  const interpreter::Function* bytecode(std::uint32_t) const override { return nullptr; }
  const CodeMap& map() const override { return map_; }
  const std::vector<InstructionMark>& instruction_map() const override { return marks_; }
  const CompileStats& stats() const override { return stats_; }

 private:
  std::vector<FakeFunction> functions_;  ///< by function index
  CodeMap map_;
  std::vector<InstructionMark> marks_;
  CompileStats stats_;
};

class FakeExecutor final : public Executor {
 public:
  explicit FakeExecutor(std::vector<FakeFunction> functions = {}) : functions_(std::move(functions)) {}

  std::shared_ptr<const ModuleCode> compile(const Module&, const VmLayout&, const std::vector<std::uint32_t>&,
                                            const CompileOptions& options) override {
    compiled.push_back(options.memories);
    return std::make_shared<FakeCode>(functions_);
  }
  EnterFunction enter_function(const FuncType&) override {
    return [](EntryRecord* record, void* entry, VmContext* context, Value* values) {
      return reinterpret_cast<FakeFunction>(entry)(record, context, values);
    };
  }
  void* host_stub(const FuncType&) override { return nullptr; }
  void* builtin_thunk(Builtin, void* target) override { return target; }

  std::vector<std::vector<MemoryBounds>> compiled;  ///< what was asked for, in order

 private:
  std::vector<FakeFunction> functions_;
};

/// An engine with a fake executor, a store and a linker.
struct Fixture {
  explicit Fixture(StoreLimits limits = {}, std::vector<FakeFunction> functions = {})
      : executor(new FakeExecutor(std::move(functions))),
        engine(std::unique_ptr<Executor>(executor)),
        store(engine, limits),
        linker(store) {}

  std::shared_ptr<const CompiledModule> compiled(Module module, std::string name = "test") {
    module.table_inits.resize(module.tables.size());  // as decoding does
    return std::make_shared<CompiledModule>(engine, std::move(module), std::move(name));
  }
  Instantiated instantiate(Module module, std::string name = "test") {
    return linker.instantiate(compiled(std::move(module)), std::move(name));
  }

  FakeExecutor* executor;  ///< belongs to the engine
  Engine engine;
  Store store;
  Linker linker;
};

inline ConstExpr i32_const(std::uint32_t value) {
  ConstExpr expression;
  expression.type = kI32;
  expression.bits = value;
  return expression;
}
inline ConstExpr ref_func(std::uint32_t function) {
  ConstExpr expression;
  expression.kind = ConstExpr::Kind::ref_func;
  expression.type = kFuncRef;
  expression.index = function;
  return expression;
}
inline ConstExpr global_get(std::uint32_t global, ValType type) {
  ConstExpr expression;
  expression.kind = ConstExpr::Kind::global_get;
  expression.type = type;
  expression.index = global;
  return expression;
}

}  // namespace wasmjet::testing
