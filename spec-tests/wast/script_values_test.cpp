#include "spec-tests/wast/script_values.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "spec-tests/wast/script_errors.hpp"

namespace wasmjet::wast {
namespace {

template <class Parse>
auto parse(std::string_view text, Parse parser) {
  const std::vector<text::Token> tokens = text::tokenize(text);
  text::TokenCursor cursor(text, tokens);
  auto result = parser(cursor);
  EXPECT_TRUE(cursor.at(text::TokenKind::end)) << text;
  return result;
}

TypedValue value(std::string_view text) { return parse(text, parse_value); }
bool matches(std::string_view pattern, const TypedValue& actual) {
  return matches(parse(pattern, parse_pattern), actual);
}
bool matches(std::string_view pattern, std::string_view actual) { return matches(pattern, value(actual)); }

TypedValue object(HeapType heap) {
  TypedValue object{ValType::reference(heap), {}};
  object.value.ref = &object.value;  // any pointer
  return object;
}

TEST(ScriptValues, VectorsOfEveryShape) {
  constexpr const char* kBytes = "(v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 -1)";
  EXPECT_TRUE(matches(kBytes, kBytes));
  EXPECT_TRUE(matches("(v128.const i16x8 0x201 0x403 0x605 0x807 0xa09 0xc0b 0xe0d 0xff0f)", kBytes));
  EXPECT_TRUE(matches("(v128.const i32x4 0x04030201 0x08070605 0x0c0b0a09 0xff0f0e0d)", kBytes));
  EXPECT_TRUE(matches("(v128.const i64x2 0x0807060504030201 0xff0f0e0d0c0b0a09)", kBytes));
  EXPECT_FALSE(matches("(v128.const i64x2 0x0807060504030201 0x7f0f0e0d0c0b0a09)", kBytes));
  EXPECT_FALSE(matches("(v128.const i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 16 -1)", kBytes));
  EXPECT_TRUE(matches("(v128.const i32x4 0x3f800000 0x80000000 0x7fa00000 0xffffffff)",
                      "(v128.const f32x4 1 -0 nan:0x200000 -nan:0x7fffff)"));
  EXPECT_TRUE(
      matches("(v128.const i64x2 0x3ff0000000000000 0x7ff0000000000000)", "(v128.const f64x2 1 inf)"));
  EXPECT_EQ(describe(value("(v128.const i64x2 1 -1)")),
            "(v128.const i64x2 0x0000000000000001 0xffffffffffffffff)");
}

TEST(ScriptValues, VectorsAreNoNumbers) {
  EXPECT_FALSE(matches("(i64.const 1)", "(v128.const i64x2 1 0)"));
  EXPECT_FALSE(matches("(v128.const i64x2 1 0)", "(i64.const 1)"));
}

TEST(ScriptValues, NansByLane) {
  const TypedValue nans = value("(v128.const f32x4 1 nan:0x400000 -nan:0x400001 nan:0x1)");
  EXPECT_TRUE(matches("(v128.const f32x4 1 nan:canonical nan:arithmetic nan:0x1)", nans));
  EXPECT_FALSE(matches("(v128.const f32x4 1 nan:canonical nan:canonical nan:0x1)", nans));
  EXPECT_FALSE(matches("(v128.const f32x4 1 nan:canonical nan:arithmetic nan:arithmetic)", nans));
  EXPECT_FALSE(matches("(v128.const f32x4 nan:arithmetic nan:canonical nan:arithmetic nan:0x1)", nans));
  const TypedValue wide = value("(v128.const f64x2 nan:0x8000000000000 -nan:0x8000000000001)");
  EXPECT_TRUE(matches("(v128.const f64x2 nan:canonical nan:arithmetic)", wide));
  EXPECT_FALSE(matches("(v128.const f64x2 nan:arithmetic nan:canonical)", wide));
  EXPECT_TRUE(
      matches("(either (v128.const f64x2 0 0) (v128.const f64x2 nan:canonical nan:arithmetic))", wide));
}

TEST(ScriptValues, LiteralsThatAreNone) {
  for (const char* text :
       {"(v128.const i8x16 1 2)", "(v128.const i8x16 256 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0)", "(v128.const 1 2)",
        "(v128.const i32x4 0 0 0 0 0)", "(v128.const i32x4 nan:canonical 0 0 0)", "(f32.const nan:canonical)",
        "(ref.func)", "(ref.null)", "(ref.extern)", "(ref.null nothing)", "(frob 1)", "(i32.const)", "i32"}) {
    EXPECT_THROW(value(text), text::TextError) << text;
  }
  for (const char* text :
       {"(i32.const nan:canonical)", "(v128.const i64x2 nan:canonical 0)", "(either", "(ref.frob)"}) {
    EXPECT_THROW(parse(text, parse_pattern), text::TextError) << text;
  }
}

TEST(ScriptValues, NullsByHierarchy) {
  EXPECT_TRUE(matches("(ref.null)", "(ref.null func)"));
  EXPECT_TRUE(matches("(ref.null nofunc)", "(ref.null func)"));
  EXPECT_TRUE(matches("(ref.null i31)", "(ref.null struct)"));
  EXPECT_FALSE(matches("(ref.null extern)", "(ref.null func)"));
  EXPECT_FALSE(matches("(ref.null any)", "(ref.null exn)"));
  EXPECT_FALSE(matches("(ref.null func)", "(i32.const 0)"));
  EXPECT_FALSE(matches("(ref.null)", "(ref.extern 0)"));
}

TEST(ScriptValues, ReferencesByType) {
  EXPECT_TRUE(matches("(ref.func)", object(HeapType::func)));
  EXPECT_TRUE(matches("(ref.func 3)", object(HeapType::func)));
  EXPECT_TRUE(matches("(ref.any)", object(HeapType::struct_)));
  EXPECT_TRUE(matches("(ref.i31)", object(HeapType::i31)));
  EXPECT_TRUE(matches("(ref.exn)", object(HeapType::exn)));
  EXPECT_FALSE(matches("(ref.any)", object(HeapType::func)));
  EXPECT_FALSE(matches("(ref.func)", "(ref.null func)"));
  EXPECT_FALSE(matches("(ref.extern)", "(i32.const 1)"));
  EXPECT_THROW(matches("(ref.struct)", object(HeapType::any)), Unsupported);
  EXPECT_THROW(matches("(ref.eq)", object(HeapType::any)), Unsupported);
}

TEST(ScriptValues, HostReferencesByNumber) {
  EXPECT_TRUE(matches("(ref.extern 2)", "(ref.extern 2)"));
  EXPECT_TRUE(matches("(ref.host 2)", "(ref.host 2)"));
  EXPECT_FALSE(matches("(ref.host 2)", "(ref.host 1)"));
  EXPECT_FALSE(matches("(ref.host 2)", "(ref.extern 2)"));
  EXPECT_TRUE(matches("(ref.extern)", "(ref.extern 2)"));
}

TEST(ScriptValues, ArgumentsThatFit) {
  EXPECT_TRUE(fits(value("(i32.const 1)"), kI32));
  EXPECT_FALSE(fits(value("(i32.const 1)"), kI64));
  EXPECT_FALSE(fits(value("(i32.const 0)"), kExternRef));
  EXPECT_TRUE(fits(value("(ref.extern 0)"), kExternRef));
  EXPECT_TRUE(fits(value("(ref.extern 0)"), kExternRef.as_non_null()));
  EXPECT_FALSE(fits(value("(ref.extern 0)"), kFuncRef));
  EXPECT_TRUE(fits(value("(ref.host 0)"), ValType::reference(HeapType::any)));
  EXPECT_FALSE(fits(value("(ref.host 0)"), ValType::reference(HeapType::struct_)));
  EXPECT_TRUE(fits(value("(ref.null none)"), ValType::reference(HeapType::struct_)));
  EXPECT_TRUE(fits(value("(ref.null func)"), ValType::type_reference(0, true)));
  EXPECT_FALSE(fits(value("(ref.null func)"), kFuncRef.as_non_null()));
  EXPECT_FALSE(fits(value("(ref.null func)"), kExternRef));
}

}  // namespace
}  // namespace wasmjet::wast
