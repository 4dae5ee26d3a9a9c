#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "decoder/text/assemble.hpp"
#include "jit/jit.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/interpreter/code.hpp"

namespace wasmjet::jit {
namespace {

constexpr int kFunctions = 3000;

/// A module that several threads have work with: functions with loads, calls, a jump table, masks of floats.
/// `more` stands behind all others.
std::vector<std::uint8_t> large_module(const std::string& more = "") {
  std::string text = "(module (memory 1)";
  for (int i = 0; i < kFunctions; ++i) {
    const std::string number = std::to_string(i * 5);
    text +=
        "(func (param i32 f64) (result f64)"
        " (block (block (block (block (block (br_table 0 1 2 3 4 (local.get 0)))))))"
        " (i32.store (local.get 0) (i32.div_u (i32.load offset=";
    text += number;
    text +=
        " (local.get 0)) (local.get 0)))"
        " (loop (br_if 0 (i32.eqz (local.tee 0 (i32.add (local.get 0) (i32.const ";
    text += number;
    text += "))))))(f64.abs (f64.add (f64.const 2.5) (call ";
    text += std::to_string((i * 7) % kFunctions);
    text += " (local.get 0) (f64.neg (local.get 1))))))";
  }
  return text::assemble(text + more + ")");
}

struct Compiled {
  Compiled(std::vector<std::uint8_t> bytes, unsigned threads, Target target = host_target()) {
    JitOptions options;
    options.threads = threads;
    options.target = target;
    options.interpret = [](std::uint32_t function) { return function % 500 == 17; };
    engine = std::make_unique<Engine>(make_executor(std::move(options)));
    module = CompiledModule::decode(*engine, std::move(bytes));
    CompileOptions wanted;
    wanted.instruction_map = true;
    code = module->code(wanted);
  }
  const std::uint8_t* begin() const { return code->map().begin; }
  /// The code without addresses.
  std::vector<std::uint8_t> bytes() const {
    std::vector<std::uint8_t> result(begin(), begin() + code->map().size);
    const auto first = reinterpret_cast<std::uint64_t>(begin());
    for (std::size_t at = 0; at + 8 <= result.size(); at += 8) {
      std::uint64_t value = 0;
      std::memcpy(&value, &result[at], sizeof value);
      if (value >= first && value < first + result.size()) std::memset(&result[at], 0, sizeof value);
    }
    return result;
  }

  std::unique_ptr<Engine> engine;
  std::shared_ptr<CompiledModule> module;
  std::shared_ptr<const ModuleCode> code;
};

/// All but the stubs of interpreted functions, which hold the addresses of those.
void expect_same(const Compiled& a, const Compiled& b) {
  const CodeMap &left = a.code->map(), &right = b.code->map();
  ASSERT_EQ(left.size, right.size);
  ASSERT_EQ(left.functions.size(), right.functions.size());
  const auto left_bytes = a.bytes(), right_bytes = b.bytes();
  for (std::size_t i = 0; i < left.functions.size(); ++i) {
    const CodeFunction &l = left.functions[i], &r = right.functions[i];
    ASSERT_EQ(std::memcmp(&l, &r, sizeof l), 0) << i;
    ASSERT_TRUE(std::equal(left_bytes.begin() + l.code_begin, left_bytes.begin() + l.code_end,
                           right_bytes.begin() + l.code_begin))
        << "function " << l.function;
  }
  ASSERT_EQ(left.rows.size(), right.rows.size());
  EXPECT_EQ(std::memcmp(left.rows.data(), right.rows.data(), left.rows.size() * sizeof left.rows[0]), 0);
  const auto &left_marks = a.code->instruction_map(), &right_marks = b.code->instruction_map();
  ASSERT_EQ(left_marks.size(), right_marks.size());
  EXPECT_EQ(std::memcmp(left_marks.data(), right_marks.data(), left_marks.size() * sizeof left_marks[0]), 0);
}

TEST(ModuleCompiler, AnyNumberOfThreadsMakesTheSameCode) {
  const auto bytes = large_module();
  for (const Target target : {Target::x64, Target::a64}) {
    const Compiled one(bytes, 1, target);
    for (const unsigned threads : {2U, 3U, 16U}) expect_same(one, Compiled(bytes, threads, target));
  }
}

TEST(ModuleCompiler, WhatIsRecordedOfTheCodeIsSorted) {
  const Compiled compiled(large_module(), 4);
  const CodeMap& map = compiled.code->map();
  EXPECT_TRUE(std::ranges::is_sorted(map.functions, {}, &CodeFunction::code_begin));
  EXPECT_TRUE(std::ranges::is_sorted(map.rows, {}, &CodeRow::code_offset));
  EXPECT_TRUE(std::ranges::is_sorted(compiled.code->instruction_map(), {}, &InstructionMark::code_offset));
  EXPECT_LE(map.functions.back().code_end, map.size);
}

TEST(ModuleCompiler, InterpretedFunctionsAreFound) {
  const Compiled compiled(large_module(), 4);
  EXPECT_EQ(compiled.code->stats().interpreted_functions, 6U);
  for (std::uint32_t function = 0; function < kFunctions; ++function) {
    const interpreter::Function* found = compiled.code->bytecode(function);
    ASSERT_EQ(found != nullptr, function % 500 == 17) << function;
    if (found != nullptr) {
      EXPECT_EQ(found->index, function);
    }
  }
}

TEST(ModuleCompiler, TheFirstErrorIsReported) {
  const std::string invalid = "(func (result i32))(func (result i64))";
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "(func (result f32) (block (nop) (nop)) (i64.const 1234567890123))";
  std::string first;
  for (const unsigned threads : {1U, 2U, 8U}) {
    try {
      const Compiled compiled(large_module(invalid + many), threads);
      FAIL();
    } catch (const ModuleError& error) {
      if (first.empty()) first = error.what();
      EXPECT_EQ(error.what(), first);
      EXPECT_NE(first.find("i32"), std::string::npos) << first;
    }
  }
}

}  // namespace
}  // namespace wasmjet::jit
