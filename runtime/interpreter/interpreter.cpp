#include "runtime/interpreter/interpreter.hpp"

#include "runtime/entry.hpp"
#include "runtime/interpreter/run.hpp"

namespace wasmjet::interpreter {
namespace {

class InterpreterExecutor final : public Executor {
 public:
  explicit InterpreterExecutor(Counting counting) : counting_(counting) {}

  std::shared_ptr<const ModuleCode> compile(const Module& module, const VmLayout& layout,
                                            const std::vector<std::uint32_t>& type_ids,
                                            const CompileOptions& options) override {
    return std::make_shared<InterpretedCode>(module, layout, type_ids, options, counting_);
  }
  EnterFunction enter_function(const FuncType&) override { return nullptr; }
  void* host_stub(const FuncType&) override { return nullptr; }
  void* builtin_thunk(Builtin, void* target) override { return target; }

 private:
  Counting counting_;
};

}  // namespace

TrapCode enter(Store& store, const Function& function, VmContext& context, Value* values) noexcept {
  StoreContext& state = store.context();
  Stack& stack = state.interpreter_stack;
  Activation activation;
  TrapCode code = TrapCode::stack_overflow;
  const bool ready = stack.prepare(store.limits().max_stack_bytes) && has_stack(store);
  EntryRecord record;
  const Entry entry(state, record, &activation);
  Slot* const base = stack.top;
  if (ready && static_cast<std::size_t>(stack.limit - base) >= function.frame_slots) {
    for (std::uint32_t i = 0; i < function.params; ++i) base[i] = values[i].u64;
    const auto run_function = function.owner->counters() == nullptr ? run : run_counting;
    code = run_function(stack, activation, function, context);
  } else {
    activation.refused = &function;
    activation.refused_context = &context;
  }
  if (code == TrapCode::none) {
    for (std::uint32_t i = 0; i < function.results; ++i) values[i].u64 = base[i];
  } else if (!record.traced) {
    walk_stack(state, {}, state.backtrace);
  }
  return code;
}

extern "C" std::uint32_t wasmjet_call_interpreter(const Function* function, VmContext* context,
                                                  Value* values) noexcept {
  Store& store = context->instance->store();
  const TrapCode code = enter(store, *function, *context, values);
  if (code == TrapCode::none) return 0;
  EntryRecord& left = *store.context().entry;
  left.trap = code;
  left.traced = true;
  return 1;
}

std::unique_ptr<Executor> make_executor() { return std::make_unique<InterpreterExecutor>(Counting::off); }

std::unique_ptr<Executor> make_counting_executor() {
  return std::make_unique<InterpreterExecutor>(Counting::on);
}

}  // namespace wasmjet::interpreter
