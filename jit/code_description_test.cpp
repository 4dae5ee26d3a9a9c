#include "jit/code_description.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decoder/decoder.hpp"
#include "decoder/text/assemble.hpp"
#include "runtime/compiled_module.hpp"

namespace wasmjet::jit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SymbolName, IsOneWordWithAShape) {
  EXPECT_EQ(symbol_name("f"), "f");
  EXPECT_EQ(symbol_name("ns::f(int, char const*)"), "ns::f(int,_char_const*)");
  EXPECT_EQ(symbol_name("\n\x1b[31m\x7f"), "\\x0a\\x1b[31m\\x7f");
  EXPECT_EQ(symbol_name("gr\xc3\xb6\xc3\x9f"
                        "er\xf0\x9f\x98\x80"),
            "gr\xc3\xb6\xc3\x9f"
            "er\xf0\x9f\x98\x80");
  EXPECT_EQ(symbol_name("\xe2\x80\xae"), "\\xe2\\x80\\xae");  // right to left from here on
  EXPECT_EQ(symbol_name(std::string("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(symbol_name("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(symbol_name(""), "_");
}

TEST(SymbolName, IsNotLong) {
  const std::string name = symbol_name(std::string(1000000, '\n'));
  EXPECT_LT(name.size(), 400U);
  EXPECT_THAT(name, testing::EndsWith("..."));
}

/// Keeps what it is told.
struct Recorder final : CodeObserver {
  explicit Recorder(bool lines) : with_lines(lines) {}
  std::shared_ptr<void> added(const NewCode& code) override {
    all.push_back(code);
    auto handle = std::make_shared<int>(0);
    handles.push_back(handle);
    return handle;
  }
  bool wants_lines() const override { return with_lines; }

  bool with_lines;
  std::vector<NewCode> all;
  std::vector<std::weak_ptr<void>> handles;
};

constexpr std::string_view kText = R"((module
  (func $first (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $second (result i32) (call $first (i32.const 2)))
  (func $third)))";

struct Observed {
  explicit Observed(bool lines, JitOptions options = {}) : recorder(std::make_shared<Recorder>(lines)) {
    options.observers.push_back(recorder);
    engine = std::make_unique<Engine>(make_executor(std::move(options)));
    module = CompiledModule::decode(
        *engine, text::assemble_valid(kText, {}, text::FunctionNaming::identifiers), "m.wat");
    before = recorder->all.size();
    code = module->code();
  }
  const NewCode& told() const { return recorder->all.back(); }

  std::shared_ptr<Recorder> recorder;
  std::unique_ptr<Engine> engine;
  std::shared_ptr<CompiledModule> module;
  std::shared_ptr<const ModuleCode> code;
  std::size_t before = 0;
};

std::vector<std::string> names(const NewCode& code) {
  std::vector<std::string> result;
  result.reserve(code.symbols.size());
  for (const CodeSymbol& symbol : code.symbols) result.push_back(symbol.name);
  return result;
}

TEST(CodeObserver, IsToldOfFunctions) {
  const Observed observed(false);
  const NewCode& code = observed.told();
  EXPECT_THAT(names(code), ElementsAre("first", "second", "third"));
  EXPECT_THAT(code.lines, IsEmpty());
  EXPECT_EQ(code.begin, observed.code->map().begin);
  std::uint32_t end = 0;
  for (const CodeSymbol& symbol : code.symbols) {
    EXPECT_GE(symbol.offset, end);
    end = symbol.offset + symbol.size;
    EXPECT_LE(end, code.size);
    EXPECT_EQ(symbol.kind, CodeKind::function);
  }
  EXPECT_EQ(code.begin + code.symbols[1].offset, observed.code->entry(1));
}

TEST(CodeObserver, IsToldOfTrampolines) {
  const Observed observed(false);
  ASSERT_EQ(observed.before, kBuiltinCount);
  EXPECT_THAT(names(observed.recorder->all[0]), ElementsAre("wasmjet_memory_grow"));
  EXPECT_EQ(observed.recorder->all[0].symbols[0].kind, CodeKind::stub);
  TypeEntry& type = observed.engine->type(FuncType{{kI32, kF64}, {kI32}});
  observed.engine->enter_function(type);
  EXPECT_THAT(names(observed.told()), ElementsAre("wasmjet_enter(i32,f64)->(i32)"));
  EXPECT_EQ(observed.told().symbols[0].kind, CodeKind::entry);
  observed.engine->host_stub(type);
  EXPECT_THAT(names(observed.told()), ElementsAre("wasmjet_host_stub(i32,f64)->(i32)"));
}

TEST(CodeObserver, LinesAreOffsetsWhereThereIsNoSource) {
  const Observed observed(true);
  const NewCode& code = observed.told();
  EXPECT_THAT(code.files, ElementsAre("<m.wat>"));
  for (std::size_t i = 0; i < code.symbols.size(); ++i) {
    const CodeSymbol& symbol = code.symbols[i];
    const FunctionBody& body = observed.module->module().bodies[i];
    ASSERT_GE(symbol.lines, 2U);
    EXPECT_EQ(code.lines[symbol.first_line].offset, symbol.offset);
    EXPECT_EQ(code.lines[symbol.first_line].line, body.begin);
    EXPECT_EQ(code.lines[symbol.first_line + symbol.lines - 1].line, body.begin + body.size - 1) << "its end";
  }
  EXPECT_THAT(observed.code->instruction_map(), IsEmpty()) << "nobody else has asked for it";
}

TEST(CodeObserver, IsToldWhichFunctionsAreInterpreted) {
  JitOptions options;
  options.interpret = [](std::uint32_t function) { return function == 1; };
  const Observed observed(true, std::move(options));
  EXPECT_THAT(names(observed.told()), ElementsAre("first", "second[interpreted]", "third"));
  const CodeSymbol& stub = observed.told().symbols[1];
  EXPECT_EQ(stub.kind, CodeKind::jump);
  EXPECT_EQ(stub.lines, 0U);
  EXPECT_GT(stub.size, 0U);
  EXPECT_LE(stub.offset + stub.size, observed.told().symbols[2].offset);
}

TEST(CodeObserver, WhatItReturnsGoesBeforeTheCode) {
  Observed observed(false);
  const std::weak_ptr<void> of_module = observed.recorder->handles.back();
  const std::weak_ptr<void> of_builtin = observed.recorder->handles.front();
  EXPECT_FALSE(of_module.expired());
  observed.code = nullptr;
  observed.module = nullptr;
  EXPECT_TRUE(of_module.expired());
  EXPECT_FALSE(of_builtin.expired());
  observed.engine = nullptr;
  EXPECT_TRUE(of_builtin.expired());
}

}  // namespace
}  // namespace wasmjet::jit
