#include "runtime/interpreter/interpreter.hpp"

#include "runtime/interpreter/run.hpp"
#include "runtime/store.hpp"

namespace wasmjet::interpreter {
namespace {

/// An EnterFunction; `entry` is the Function.
bool enter(EntryRecord* record, void* entry, VmContext* context, Value* values) {
  Store& store = context->instance->store();
  StoreContext& state = store.context();
  Stack& stack = state.interpreter_stack;
  state.backtrace.clear();
  const auto& function = *static_cast<const Function*>(entry);
  if (!stack.prepare(store.limits().max_stack_bytes) ||
      static_cast<std::size_t>(stack.limit - stack.top) < function.frame_slots) {
    record->trap = TrapCode::stack_overflow;
    return false;
  }
  Slot* const base = stack.top;
  for (std::uint32_t i = 0; i < function.params; ++i) base[i] = values[i].u64;
  Activation activation;
  activation.previous = stack.activation;
  stack.activation = &activation;
  record->trap = run(stack, activation, function, *context);
  if (record->trap != TrapCode::none) stack.record(state.backtrace);
  stack.activation = activation.previous;
  stack.top = base;
  if (record->trap != TrapCode::none) return false;
  for (std::uint32_t i = 0; i < function.results; ++i) values[i].u64 = base[i];
  return true;
}

class InterpreterExecutor final : public Executor {
 public:
  std::shared_ptr<const ModuleCode> compile(const Module& module, const VmLayout& layout,
                                            const std::vector<std::uint32_t>& type_ids,
                                            const CompileOptions& options) override {
    return std::make_shared<InterpretedCode>(module, layout, type_ids, options);
  }
  EnterFunction enter_function(const FuncType&) override { return enter; }
  void* host_stub(const FuncType&) override { return nullptr; }
  void* builtin_thunk(Builtin, void* target) override { return target; }
};

}  // namespace

std::unique_ptr<Executor> make_executor() { return std::make_unique<InterpreterExecutor>(); }

}  // namespace wasmjet::interpreter
