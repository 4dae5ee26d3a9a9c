#pragma once

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
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

/// Functions of a module that follow each other, by their places in Module::bodies.
struct BodyRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;  ///< one past the last
  std::size_t bytes = 0;   ///< of Wasm

  /// Real code takes one to two bytes a byte of Wasm; reserved but untouched pages are free.
  std::size_t code_capacity() const { return bytes * 16 + std::size_t{last - first} * 128 + (1U << 20); }
};

/// The functions of a module that are interpreted, whichever thread finds out.
struct InterpretedFunctions {
  interpreter::FunctionSet& set;
  std::mutex mutex = {};
};

/// Validates and compiles ranges of functions, one after the other, each to the same memory: pages that have
/// been touched before, and are still in the cache. The code is to be copied to where it will run; all
/// offsets count from its beginning.
template <class Masm>
class ChunkCompiler {
 public:
  /// `make_masm(region, emission, options)` makes the macro-assembler.
  template <class MakeMasm>
  ChunkCompiler(const ModuleContext& context, InterpretedFunctions& interpreted, const MakeMasm& make_masm,
                std::size_t capacity)
      : context_(context),
        interpreted_(interpreted),
        region_(capacity),
        masm_(make_masm(region_, emission_, context.options)),
        begin_(masm_.position()),
        validator_(context.module, context.cancel),
        compiler_(context_, masm_) {
    if (context_.instruction_map != nullptr) context_.instruction_map = &marks_;
  }
  ChunkCompiler(const ChunkCompiler&) = delete;
  ChunkCompiler& operator=(const ChunkCompiler&) = delete;

  /// Throws ModuleError, and RegionFull.
  void compile(const BodyRange& range);

  std::size_t capacity() const { return region_.capacity(); }
  std::size_t size() const { return masm_.position(); }

  /// Copies the code to `base` in the module's region, which has room, and appends all that was recorded of
  /// it, to `calls` what is to be patched.
  void place(std::uint32_t base, CompiledCode& code, std::vector<CallFixup>& calls) const;

 private:
  static void make_addresses(std::uint8_t* code, const AddressTable& table) {
    for (std::uint32_t i = 0; i < table.entries; ++i) {
      std::uint8_t* const entry = code + table.code_offset + std::size_t{i} * 8;
      std::uint64_t value = 0;
      std::memcpy(&value, entry, sizeof value);
      value += reinterpret_cast<std::uint64_t>(code);
      std::memcpy(entry, &value, sizeof value);
    }
  }

  /// Copies all of `from` to the end of `to`, and changes each copy.
  template <class To, class From, class Change>
  static void append(To& to, const From& from, const Change& change) {
    const auto first = static_cast<std::ptrdiff_t>(to.size());
    to.insert(to.end(), from.begin(), from.end());
    std::for_each(to.begin() + first, to.end(), change);
  }

  bool is_left_out(std::uint32_t function) const {
    return context_.options.interpret && context_.options.interpret(function);
  }

  /// False if the compiler lacks something and the function may be interpreted: then nothing of it is left.
  bool try_compile(const FunctionInfo& info) {
    const std::uint32_t begin = masm_.position();
    const std::size_t rows = emission_.rows.size(), calls = emission_.calls.size(),
                      tables = emission_.tables.size(), marks = marks_.size();
    const auto take_back = [&] {
      masm_.take_back(begin);
      emission_.rows.shrink(rows);
      emission_.calls.resize(calls);
      emission_.tables.resize(tables);
      marks_.resize(marks);
    };
    try {
      compile_as_it_must_be(info, take_back);
    } catch (const ModuleError& error) {
      const bool may = context_.options.interpret_unsupported;
      if (!may || error.kind() != ModuleErrorKind::unsupported) throw;
      take_back();
      return false;
    }
    functions_.push_back({masm_.function_begin(), masm_.position(), info.function,
                          context_.module.body(info.function).begin, compiler_.frame_begin()});
    return true;
  }

  /// Where what was hoped for turns out not to be so, the function is compiled again: with longer jumps, or
  /// with a frame.
  template <class TakeBack>
  void compile_as_it_must_be(const FunctionInfo& info, const TakeBack& take_back) {
    for (typename FunctionCompiler<Masm>::Hopes hopes;;) {
      try {
        compiler_.compile(info, hopes);
        return;
      } catch (const NeedsFrame&) {
        take_back();
        hopes.no_frame = false;
      } catch (const OutOfReach&) {
        assert(hopes.near_jumps || !Masm::kHasNearJumps);  // else it would be so for ever
        take_back();
        hopes.near_jumps = false;
        if constexpr (!Masm::kHasNearJumps) masm_.reach_further();
      }
    }
  }

  void interpret(const FunctionInfo& info) {
    const interpreter::Function* function = nullptr;
    {
      const std::scoped_lock lock(interpreted_.mutex);
      function = &interpreted_.set.add(info, context_.cancel);
    }
    masm_.begin_function(0, false);
    masm_.jump_to_interpreter(function, context_.interpreter_stub(context_.module.functions[info.function]));
  }

  ModuleContext context_;
  InterpretedFunctions& interpreted_;
  CodeRegion region_;
  Emission emission_;
  Masm masm_;
  std::uint32_t begin_;  ///< where functions begin
  FunctionValidator validator_;
  FunctionCompiler<Masm> compiler_;
  std::vector<CodeFunction> functions_;
  std::vector<std::uint32_t> entries_;
  std::vector<InstructionMark> marks_;
  std::vector<double> seconds_;
};

template <class Masm>
void ChunkCompiler<Masm>::compile(const BodyRange& range) {
  masm_.take_back(begin_);
  emission_.rows.clear();
  emission_.calls.clear();
  emission_.tables.clear();
  functions_.clear();
  entries_.clear();
  marks_.clear();
  seconds_.clear();
  FunctionTimes times(context_.function_times, seconds_);
  for (std::uint32_t body = range.first; body < range.last; ++body) {
    const FunctionInfo& info = validator_.validate(context_.module.imported_functions + body);
    masm_.ensure_space(65536);
    if (is_left_out(info.function) || !try_compile(info)) interpret(info);
    entries_.push_back(masm_.function_begin());
    times.compiled();
  }
}

template <class Masm>
void ChunkCompiler<Masm>::place(std::uint32_t base, CompiledCode& code, std::vector<CallFixup>& calls) const {
  std::uint8_t* const to = code.region.data() + base;
  std::memcpy(to, region_.data(), size());
  for (const AddressTable& table : emission_.tables) make_addresses(to, table);
  append(code.code_map.rows, emission_.rows, [base](CodeRow& row) { row.code_offset += base; });
  append(calls, emission_.calls, [base](CallFixup& call) { call.code_offset += base; });
  append(code.code_map.functions, functions_, [base](CodeFunction& function) {
    function.code_begin += base;
    function.code_end += base;
  });
  append(code.entries, entries_, [base](std::uint32_t& entry) { entry += base; });
  append(code.marks, marks_, [base](InstructionMark& mark) { mark.code_offset += base; });
  auto& seconds = code.compile_stats.function_seconds;
  seconds.insert(seconds.end(), seconds_.begin(), seconds_.end());
}

}  // namespace wasmjet::jit
