#include "jit/jit.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

#include "jit/a64/compiler.hpp"
#include "jit/a64/trampolines.hpp"
#include "jit/code_description.hpp"
#include "jit/trampoline_arena.hpp"
#include "jit/x64/compiler.hpp"
#include "jit/x64/trampolines.hpp"

namespace wasmjet::jit {
namespace {

constexpr std::string_view kBuiltinNames[] = {"memory_grow", "memory_fill", "memory_copy", "memory_init",
                                              "data_drop",   "table_grow",  "table_fill",  "table_copy",
                                              "table_init",  "elem_drop"};
static_assert(std::size(kBuiltinNames) == kBuiltinCount);

class JitExecutor final : public Executor {
 public:
  explicit JitExecutor(JitOptions options)
      : options_(std::move(options)),
        is_x64_(options_.target == Target::x64),
        arena_(!options_.observers.empty()) {
    const bool runs_here = is_x64_ && host_target() == Target::x64;
    features_ = runs_here ? x64::CpuFeatures::detect() : x64::CpuFeatures::complete();
    if (options_.baseline_cpu) features_ = {};
    if (options_.complete_cpu) features_ = x64::CpuFeatures::complete();
  }
  std::shared_ptr<const ModuleCode> compile(const Module& module, const VmLayout& layout,
                                            const std::vector<std::uint32_t>& type_ids,
                                            const CompileOptions& options) override {
    std::vector<InstructionMark> wants_map;
    ModuleContext context{module, layout, type_ids, options.memories, options.cancel};
    const bool wants_lines =
        std::ranges::any_of(options_.observers, [](const auto& observer) { return observer->wants_lines(); });
    if (options.instruction_map || wants_lines) context.instruction_map = &wants_map;
    context.options = options_;
    context.workers = &workers_;
    context.function_times = options.function_times;
    context.interpreter_stub = [&](std::uint32_t type) {
      return interpreter_stub(type_ids[type], module.types[type]);
    };
    std::shared_ptr<CompiledCode> code =
        is_x64_ ? x64::compile_module(context, features_) : a64::compile_module(context);
    if (!options_.observers.empty()) {
      code->observed = observe(describe_module(module, *code, options, options_.target, wants_lines));
      if (!options.instruction_map) code->marks = {};
    }
    return code;
  }
  void start_threads() override { workers_.start(threads() - 1); }
  EnterFunction enter_function(const FuncType& type) override {
    return reinterpret_cast<EnterFunction>(
        place(is_x64_ ? x64::make_entry(type) : a64::make_entry(type), CodeKind::entry, "enter", type));
  }
  void* host_stub(const FuncType& type) override {
    return place(is_x64_ ? x64::make_host_stub(type) : a64::make_host_stub(type), CodeKind::stub, "host_stub",
                 type);
  }
  void* builtin_thunk(Builtin builtin, void* target) override {
    return place(
        is_x64_ ? x64::make_builtin_thunk(builtin, target) : a64::make_builtin_thunk(builtin, target),
        CodeKind::stub, kBuiltinNames[static_cast<std::size_t>(builtin)]);
  }

 private:
  unsigned threads() const { return options_.threads != 0 ? options_.threads : cpu_count(); }

  /// The part that the stubs of interpreted functions of one type share.
  const void* interpreter_stub(std::uint32_t type_id, const FuncType& type) {
    const std::scoped_lock lock(mutex_);
    const void*& stub = interpreter_stubs_[type_id];
    if (stub == nullptr)
      stub = place(is_x64_ ? x64::make_interpreter_stub(type) : a64::make_interpreter_stub(type),
                   CodeKind::stub, "interpret", type);
    return stub;
  }
  /// `name` and `type` are for observers.
  void* place(const Trampoline& trampoline, CodeKind kind, std::string_view name, const FuncType& type = {}) {
    void* const begin = arena_.add(trampoline);
    if (options_.observers.empty()) return begin;
    NewCode code{static_cast<const std::uint8_t*>(begin), trampoline.code.size(), {}, {}, {}};
    std::string text = "wasmjet_" + std::string(name) + (type == FuncType{} ? "" : to_string(type));
    std::erase(text, ' ');
    CodeSymbol symbol{symbol_name(text), 0, static_cast<std::uint32_t>(code.size), kind};
    symbol.frame_begin = trampoline.frame_begin;
    code.symbols.push_back(std::move(symbol));
    auto observed = observe(code);
    const std::scoped_lock lock(observed_mutex_);
    observed_.insert(observed_.end(), std::make_move_iterator(observed.begin()),
                     std::make_move_iterator(observed.end()));
    return begin;
  }
  std::vector<std::shared_ptr<void>> observe(const NewCode& code) const {
    std::vector<std::shared_ptr<void>> observed;
    for (const auto& observer : options_.observers) observed.push_back(observer->added(code));
    return observed;
  }

  JitOptions options_;
  bool is_x64_;
  x64::CpuFeatures features_;  ///< of the target x64
  TrampolineArena arena_;
  WorkerThreads workers_;
  std::mutex mutex_;
  std::map<std::uint32_t, const void*> interpreter_stubs_;  ///< by canonical type id; guarded by mutex_
  std::mutex observed_mutex_;
  std::vector<std::shared_ptr<void>> observed_;  ///< of trampolines; guarded by observed_mutex_
};

}  // namespace

std::unique_ptr<Executor> make_executor(JitOptions options) {
  return std::make_unique<JitExecutor>(std::move(options));
}

}  // namespace wasmjet::jit
