#include "decoder/text/source_map.hpp"

#include "decoder/text/text_test_support.hpp"

namespace wasmjet::test {
namespace {

using text::TextError;

/// The error of a text that is assembled but refused by the decoder or validator.
MATCHER_P3(NotValidAt, line, column, reason, "") {
  try {
    text::assemble_valid(arg);
    *result_listener << "which is valid";
    return false;
  } catch (const TextError& error) {
    *result_listener << error.text_message();
    return error.line() == static_cast<std::uint32_t>(line) &&
           error.column() == static_cast<std::uint32_t>(column) &&
           std::string_view(error.what()).starts_with(reason);
  }
}

TEST(SourceMap, FindsTheLastRowBefore) {
  const text::SourceMap map = {{10, 1}, {12, 5}};
  EXPECT_EQ(text::find_source(map, 9), std::nullopt);
  EXPECT_EQ(text::find_source(map, 10), 1U);
  EXPECT_EQ(text::find_source(map, 11), 1U);
  EXPECT_EQ(text::find_source(map, 99), 5U);
}

TEST(SourceMap, InvalidInstructions) {
  EXPECT_THAT("(func nop\n  i32.add)", NotValidAt(2, 3, "type mismatch"));
  EXPECT_THAT("(func (drop (i32.eqz\n (i64.const 1))))", NotValidAt(1, 14, "type mismatch"));
  EXPECT_THAT("(func\n (drop (i32.const 1)) drop)", NotValidAt(2, 23, "type mismatch"));
  EXPECT_THAT("(func) (func (local i32)\n (call 7))", NotValidAt(2, 3, "unknown function 7"));
  EXPECT_THAT("(func (block (result i32)\n))", NotValidAt(2, 1, "type mismatch"));
  EXPECT_THAT("(func (if\n (f32.const 0) (then)))", NotValidAt(1, 8, "type mismatch"));
  EXPECT_THAT("(func (result i32)\n nop )", NotValidAt(2, 6, "type mismatch"));
}

TEST(SourceMap, InvalidFields) {
  EXPECT_THAT("(memory 1)\n(memory 70000)", NotValidAt(2, 2, "memory size"));
  EXPECT_THAT("(func)\n (export \"a\" (func 0)) (export \"a\" (func 0))",
              NotValidAt(2, 25, "duplicate export"));
  EXPECT_THAT("(global i32\n (i64.const 1))", NotValidAt(1, 2, "type mismatch"));
  EXPECT_THAT("(func) (type $a\n (func (param (ref 9))))", NotValidAt(2, 2, "unknown type 9"));
  EXPECT_THAT("(func (param (ref 9)))", NotValidAt(1, 7, "unknown type 9"));
}

TEST(SourceMap, IsNotKnownOfBinaryModules) {
  EXPECT_THROW(text::assemble_valid("(module binary \"x\")"), ModuleError);
  EXPECT_FALSE(text::assemble_valid("(module (func))").empty());
}

}  // namespace
}  // namespace wasmjet::test
