#include "jit/jit.hpp"

#include <map>
#include <mutex>

#include "jit/trampoline_arena.hpp"
#include "jit/x64/compiler.hpp"
#include "jit/x64/trampolines.hpp"

namespace wasmjet::jit {
namespace {

class JitExecutor final : public Executor {
 public:
  explicit JitExecutor(JitOptions options)
      : options_(std::move(options)), features_(x64::CpuFeatures::detect()) {
    if (options_.baseline_cpu) features_ = {};
    if (options_.complete_cpu) features_ = x64::CpuFeatures::complete();
  }
  std::shared_ptr<const ModuleCode> compile(const Module& module, const VmLayout& layout,
                                            const std::vector<std::uint32_t>& type_ids,
                                            const CompileOptions& options) override {
    std::vector<InstructionMark> wants_map;
    ModuleContext context{module, layout, type_ids, options.memories, options.cancel};
    if (options.instruction_map) context.instruction_map = &wants_map;
    context.options = options_;
    context.interpreter_stub = [&](std::uint32_t type) {
      return interpreter_stub(type_ids[type], module.types[type]);
    };
    return x64::compile_module(context, features_);
  }
  EnterFunction enter_function(const FuncType& type) override {
    return reinterpret_cast<EnterFunction>(place(x64::make_entry(type)));
  }
  void* host_stub(const FuncType& type) override { return place(x64::make_host_stub(type)); }
  void* builtin_thunk(Builtin, void* target) override { return place(x64::make_builtin_thunk(target)); }

 private:
  /// The part that the stubs of interpreted functions of one type share.
  const void* interpreter_stub(std::uint32_t type_id, const FuncType& type) {
    const std::scoped_lock lock(mutex_);
    const void*& stub = interpreter_stubs_[type_id];
    if (stub == nullptr) stub = place(x64::make_interpreter_stub(type));
    return stub;
  }
  void* place(x64::Trampoline trampoline) { return arena_.add(trampoline.code, std::move(trampoline.rows)); }

  JitOptions options_;
  x64::CpuFeatures features_;
  TrampolineArena arena_;
  std::mutex mutex_;
  std::map<std::uint32_t, const void*> interpreter_stubs_;  ///< by canonical type id; guarded by mutex_
};

}  // namespace

std::unique_ptr<Executor> make_executor(JitOptions options) {
  return std::make_unique<JitExecutor>(std::move(options));
}

}  // namespace wasmjet::jit
