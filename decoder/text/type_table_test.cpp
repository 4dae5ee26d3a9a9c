#include "decoder/text/type_table.hpp"

#include "decoder/text/text_test_support.hpp"

namespace wasmjet::test {
namespace {

/// The contents of the type section without the number of its entries.
Bytes types_of(std::string_view source) {
  const Module module = decode_module(text::assemble(source));
  const SectionInfo& section = module.sections.front();
  const auto begin = module.bytes.begin() + section.begin;
  return {begin + 1, begin + section.size};
}

constexpr int kI32Code = 0x7F;

TEST(TypeTable, Functions) {
  EXPECT_EQ(types_of("(type (func (param i32) (param $x i32) (result)))"),
            bytes(0x60, 2, kI32Code, kI32Code, 0));
  EXPECT_EQ(types_of("(type (sub final (func)))"), bytes(0x60, 0, 0));
  EXPECT_EQ(types_of("(type (sub (func)))"), bytes(0x50, 0, 0x60, 0, 0));
  EXPECT_EQ(types_of("(type $a (sub (func))) (type (sub final $a (func)))"),
            bytes(0x50, 0, 0x60, 0, 0, 0x4F, 1, 0, 0x60, 0, 0));
}

TEST(TypeTable, StructuresAndArrays) {
  EXPECT_EQ(types_of("(type (struct))"), bytes(0x5F, 0));
  EXPECT_EQ(
      types_of("(type (struct (field i8 (mut i16)) (field) (field $x (mut i32)) (field (ref null eq))))"),
      bytes(0x5F, 4, 0x78, 0, 0x77, 1, kI32Code, 1, 0x6D, 0));
  EXPECT_EQ(types_of("(type (array i8)) (type (array (mut (ref 0))))"),
            bytes(0x5E, 0x78, 0, 0x5E, 0x64, 0, 1));
  EXPECT_THAT("(type (struct (field $x i32) (field $x i32)))", Refused("duplicate field $x"));
  EXPECT_THAT("(type (struct (field $x i32 i32)))", Refused("unexpected token 'i32'"));
  EXPECT_THAT("(type (func (param i8)))", Refused("unexpected token 'i8'"));
  EXPECT_THAT("(type (array))", Refused("unexpected token ')'"));
  EXPECT_THAT("(type (array (mut i32) i32))", Refused("unexpected token 'i32'"));
}

TEST(TypeTable, Groups) {
  EXPECT_EQ(types_of("(rec)"), bytes(0x4E, 0));
  EXPECT_EQ(types_of("(rec (type (func)))"), bytes(0x60, 0, 0));
  EXPECT_EQ(types_of("(rec (type $a (array (ref $b))) (type $b (array (ref $a))))"),
            bytes(0x4E, 2, 0x5E, 0x64, 1, 0, 0x5E, 0x64, 0, 0));
  EXPECT_THAT("(rec (type $a (func)) (type $a (func)))", Refused("duplicate type $a"));
  EXPECT_THAT("(rec (func))", Refused("unexpected token '('"));
  EXPECT_THAT("(type (sub $a $b (func)))", Refused("unknown type $a"));
  EXPECT_THAT("(type (sub))", Refused("unexpected token ')'"));
}

TEST(TypeTable, TypeUsesMatchOnlyPlainTypes) {
  // Type 0 is not final, 1 and 2 are of a larger group, 3 is what the function's use means.
  constexpr std::string_view kTypes =
      "(type (sub (func))) (rec (type (func)) (type (func))) (type (sub final (func)))";
  EXPECT_EQ(decode_module(text::assemble(std::string(kTypes) + "(func)")).functions.front(), 3U);
  EXPECT_EQ(decode_module(text::assemble("(type (sub (func))) (func)")).functions.front(), 1U);
}

TEST(TypeTable, TypeUsesMayNameAnyFunctionType) {
  EXPECT_THAT(validate_text("(type $t (sub (func (param i32)))) (func (type $t) (param i32))"), IsValid());
  EXPECT_THAT("(type $s (struct)) (func (type $s) (param i32))", Refused("unknown type 0"));
  EXPECT_THAT("(type $t (func)) (func (type $t) (param i32))", Refused("inline function type"));
}

TEST(TypeTable, ReferenceTypes) {
  EXPECT_EQ(types_of("(type $t (func (param (ref null func) (ref func) (ref null $t) (ref $t) nullexnref)))"),
            bytes(0x60, 5, 0x70, 0x64, 0x70, 0x63, 0, 0x64, 0, 0x74, 0));
  EXPECT_THAT("(type (func (param (ref i32))))", Refused("unexpected token 'i32'"));
}

}  // namespace
}  // namespace wasmjet::test
