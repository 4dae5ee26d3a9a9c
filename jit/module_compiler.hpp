#pragma once

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

#include "decoder/decoder.hpp"
#include "jit/code_emission.hpp"
#include "jit/code_region.hpp"
#include "jit/compile_function.hpp"
#include "jit/compiled_code.hpp"

namespace wasmjet::jit {

/// Notes what each function takes, if that is wanted.
class FunctionTimes {
 public:
  FunctionTimes(bool wanted, std::vector<double>& seconds)
      : seconds_(seconds), wanted_(wanted), last_(std::chrono::steady_clock::now()) {}
  void compiled() {
    if (!wanted_) return;
    const auto now = std::chrono::steady_clock::now();
    seconds_.push_back(std::chrono::duration<double>(now - last_).count());
    last_ = now;
  }

 private:
  std::vector<double>& seconds_;
  bool wanted_;
  std::chrono::steady_clock::time_point last_;
};

/// Validates and compiles every function of a module into one region, in order; those that are interpreted
/// have a stub there.
/// `make_masm(region, emission, options)` makes the architecture's macro-assembler. Throws ModuleError.
template <class Masm, class MakeMasm>
class ModuleCompiler {
 public:
  ModuleCompiler(const ModuleContext& context, MakeMasm make_masm)
      : context_(context), make_masm_(std::move(make_masm)) {}

  std::shared_ptr<CompiledCode> compile() {
    // Real code takes one to two bytes a byte of Wasm; reserved but untouched pages are free.
    std::size_t capacity =
        context_.module.code_size() * 16 + context_.module.bodies.size() * 128 + (1U << 20);
    bool far_calls = context_.options.far_calls;
    for (;; capacity *= 8) {
      capacity = std::min(capacity, far_calls ? Masm::kMostCode : Masm::kNearCode);
      try {
        return compile_into(capacity, far_calls);
      } catch (const RegionFull&) {
        if (capacity == Masm::kMostCode) {
          throw ModuleError(ModuleErrorKind::unsupported, 0,
                            "the module's machine code exceeds the reach of calls");
        }
        far_calls = far_calls || capacity == Masm::kNearCode;
      }
    }
  }

 private:
  std::shared_ptr<CompiledCode> compile_into(std::size_t capacity, bool far_calls) {
    const auto start = std::chrono::steady_clock::now();
    const Module& module = context_.module;
    auto code = std::make_shared<CompiledCode>(capacity, module, context_.layout, context_.type_ids);
    ModuleContext context = context_;
    if (context.instruction_map != nullptr) {
      code->marks.clear();
      context.instruction_map = &code->marks;
    }
    Emission emission;
    context.options.far_calls = far_calls;
    Masm masm = make_masm_(code->region, emission, context.options);
    FunctionValidator validator(module, context.cancel);
    FunctionCompiler<Masm> compiler(context, masm);
    code->code_map.functions.reserve(module.bodies.size());
    code->entries.reserve(module.bodies.size());
    FunctionTimes times(context.function_times, code->compile_stats.function_seconds);
    for (std::uint32_t i = 0; i < module.bodies.size(); ++i) {
      const std::uint32_t function = module.imported_functions + i;
      const FunctionInfo& info = validator.validate(function);
      masm.ensure_space(65536);
      if (is_left_out(function) || !try_compile(compiler, info, masm, emission, *code)) {
        interpret(info, masm, *code);
      }
      code->entries.push_back(masm.function_begin());
      times.compiled();
    }
    for (const CallFixup& fixup : emission.calls) {
      masm.patch_call(fixup.code_offset, code->entries[fixup.function - module.imported_functions]);
    }
    code->code_map.rows = std::move(emission.rows);
    code->publish(masm.position());
    code->compile_stats.compile_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return code;
  }

  bool is_left_out(std::uint32_t function) const {
    return context_.options.interpret && context_.options.interpret(function);
  }

  /// False if the compiler lacks something and the function may be interpreted: then nothing of it is left.
  bool try_compile(FunctionCompiler<Masm>& compiler, const FunctionInfo& info, Masm& masm, Emission& emission,
                   CompiledCode& code) const {
    const std::uint32_t begin = masm.position();
    const std::size_t rows = emission.rows.size(), calls = emission.calls.size(), marks = code.marks.size();
    const auto take_back = [&] {
      masm.take_back(begin);
      emission.rows.resize(rows);
      emission.calls.resize(calls);
      code.marks.resize(marks);
    };
    try {
      compile_within_reach(compiler, info, masm, take_back);
    } catch (const ModuleError& error) {
      const bool may = context_.options.interpret_unsupported;
      if (!may || error.kind() != ModuleErrorKind::unsupported) throw;
      take_back();
      return false;
    }
    code.code_map.functions.push_back({masm.function_begin(), masm.position(), info.function,
                                       context_.module.body(info.function).begin, compiler.frame_begin()});
    return true;
  }

  /// Where jumps turn out not to reach, the function is compiled again with longer forms.
  template <class TakeBack>
  void compile_within_reach(FunctionCompiler<Masm>& compiler, const FunctionInfo& info, Masm& masm,
                            const TakeBack& take_back) const {
    if constexpr (Masm::kBranchesReachAll) {
      compiler.compile(info);
    } else {
      for (;;) {
        try {
          compiler.compile(info);
          return;
        } catch (const OutOfReach&) {
          take_back();
          masm.reach_further();
        }
      }
    }
  }

  void interpret(const FunctionInfo& info, Masm& masm, CompiledCode& code) const {
    const interpreter::Function& function = code.interpreted.add(info, context_.cancel);
    masm.begin_function(0);
    masm.jump_to_interpreter(&function, context_.interpreter_stub(context_.module.functions[info.function]));
  }

  const ModuleContext& context_;
  MakeMasm make_masm_;
};

}  // namespace wasmjet::jit
