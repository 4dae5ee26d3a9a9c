#include "jit/jit.hpp"

#include "jit/trampoline_arena.hpp"
#include "jit/x64/compiler.hpp"
#include "jit/x64/trampolines.hpp"

namespace wasmjet::jit {
namespace {

class JitExecutor final : public Executor {
 public:
  explicit JitExecutor(JitOptions options) : options_(options), features_(x64::CpuFeatures::detect()) {
    if (options.baseline_cpu) features_ = {};
    if (options.complete_cpu) features_ = x64::CpuFeatures::complete();
  }
  std::shared_ptr<const ModuleCode> compile(const Module& module, const VmLayout& layout,
                                            const std::vector<std::uint32_t>& type_ids,
                                            const CompileOptions& options) override {
    std::vector<InstructionMark> wants_map;
    ModuleContext context{module, layout, type_ids, options.memories, options.cancel};
    if (options.instruction_map) context.instruction_map = &wants_map;
    context.options = options_;
    return x64::compile_module(context, features_);
  }
  EnterFunction enter_function(const FuncType& type) override {
    return reinterpret_cast<EnterFunction>(place(x64::make_entry(type)));
  }
  void* host_stub(const FuncType& type) override { return place(x64::make_host_stub(type)); }
  void* builtin_thunk(Builtin, void* target) override { return place(x64::make_builtin_thunk(target)); }

 private:
  void* place(x64::Trampoline trampoline) { return arena_.add(trampoline.code, std::move(trampoline.rows)); }

  JitOptions options_;
  x64::CpuFeatures features_;
  TrampolineArena arena_;
};

}  // namespace

std::unique_ptr<Executor> make_executor(JitOptions options) { return std::make_unique<JitExecutor>(options); }

}  // namespace wasmjet::jit
