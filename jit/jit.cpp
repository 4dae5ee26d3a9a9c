#include "jit/jit.hpp"

#include <map>
#include <mutex>

#include "jit/a64/compiler.hpp"
#include "jit/a64/trampolines.hpp"
#include "jit/trampoline_arena.hpp"
#include "jit/x64/compiler.hpp"
#include "jit/x64/trampolines.hpp"

namespace wasmjet::jit {
namespace {

class JitExecutor final : public Executor {
 public:
  explicit JitExecutor(JitOptions options)
      : options_(std::move(options)), is_x64_(options_.target == Target::x64) {
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
    if (options.instruction_map) context.instruction_map = &wants_map;
    context.options = options_;
    context.interpreter_stub = [&](std::uint32_t type) {
      return interpreter_stub(type_ids[type], module.types[type]);
    };
    return is_x64_ ? x64::compile_module(context, features_) : a64::compile_module(context);
  }
  EnterFunction enter_function(const FuncType& type) override {
    return reinterpret_cast<EnterFunction>(place(is_x64_ ? x64::make_entry(type) : a64::make_entry(type)));
  }
  void* host_stub(const FuncType& type) override {
    return place(is_x64_ ? x64::make_host_stub(type) : a64::make_host_stub(type));
  }
  void* builtin_thunk(Builtin, void* target) override {
    return place(is_x64_ ? x64::make_builtin_thunk(target) : a64::make_builtin_thunk(target));
  }

 private:
  /// The part that the stubs of interpreted functions of one type share.
  const void* interpreter_stub(std::uint32_t type_id, const FuncType& type) {
    const std::scoped_lock lock(mutex_);
    const void*& stub = interpreter_stubs_[type_id];
    if (stub == nullptr)
      stub = place(is_x64_ ? x64::make_interpreter_stub(type) : a64::make_interpreter_stub(type));
    return stub;
  }
  void* place(Trampoline trampoline) { return arena_.add(trampoline.code, std::move(trampoline.rows)); }

  JitOptions options_;
  bool is_x64_;
  x64::CpuFeatures features_;  ///< of the target x64
  TrampolineArena arena_;
  std::mutex mutex_;
  std::map<std::uint32_t, const void*> interpreter_stubs_;  ///< by canonical type id; guarded by mutex_
};

}  // namespace

std::unique_ptr<Executor> make_executor(JitOptions options) {
  return std::make_unique<JitExecutor>(std::move(options));
}

}  // namespace wasmjet::jit
