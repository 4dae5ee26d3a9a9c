#include "decoder/text/assemble.hpp"

#include "decoder/text/text_test_support.hpp"

namespace wasmjet::test {
namespace {

using enum Opcode;

const Bytes kEmptyBody = code_entry({}, {0x0B});

Bytes const_i32(int value) { return bytes(i32_const, value, Opcode::end); }

TEST(Assemble, FormsOfModules) {
  const Bytes empty = TestModule{}.build();
  for (const char* source : {"(module)", "(module $m)", "", " ;; nothing\n", "(module definition $m)",
                             "(module binary \"\\00asm\" \"\\01\\00\\00\\00\")",
                             "(module quote \"(module)\")", "(module quote)", "((@a) module (@b))"}) {
    EXPECT_THAT(source, AssemblesTo(empty)) << source;
  }
  EXPECT_THAT("(module) (module)", RefusedAt(1, 10, "unexpected token '('"));
  EXPECT_THAT("(module\n", RefusedAt(2, 1, "unexpected end"));
  EXPECT_THAT("(module (fun))", RefusedAt(1, 10, "unexpected token 'fun'"));
  EXPECT_THAT("(module binary 1)", RefusedAt(1, 16, "unexpected token '1'"));
  EXPECT_THAT("module", RefusedAt(1, 1, "unexpected token"));
  // Each level of such a nest would hold the text of all that are in it.
  EXPECT_THAT("(module quote \"(module quote)\")", RefusedAt(1, 9, "unexpected token 'quote'"));
  EXPECT_THAT("(module quote \"(module $m binary)\")", RefusedAt(1, 12, "unexpected token 'binary'"));
  EXPECT_THAT("(func) foo", RefusedAt(1, 8, "unexpected token 'foo'"));
}

TEST(Assemble, TypesAndTypeUses) {
  TestModule m;
  m.types = {func_type({kTypeI32, kTypeI64}, {kTypeF32}), func_type({}, {}), func_type({kTypeF64}, {})};
  m.functions = {{0}, {1}, {0}, {2}, {2}};
  m.code = std::vector<Bytes>(5, code_entry({}, bytes(unreachable, Opcode::end)));
  EXPECT_THAT(
      "(func (type $b) unreachable) (func unreachable)"
      "(func (param i32) (param $x i64) (result f32) unreachable)"
      "(func (param f64) unreachable) (func (type 2) (param $y f64) unreachable)"
      "(type $b (func (param $p i32) (param i64) (result f32)))",
      AssemblesTo(m.build()));
  EXPECT_THAT("(type $a (func)) (type $a (func))", RefusedAt(1, 24, "duplicate type $a"));
  EXPECT_THAT("(func (type $a))", RefusedAt(1, 13, "unknown type $a"));
  EXPECT_THAT("(type (func (result i32)))(func (type 0) (param i32))",
              RefusedAt(1, 42, "inline function type"));
  EXPECT_THAT("(type (func (result i32) (param i32)))", RefusedAt(1, 26, "unexpected token '('"));
  EXPECT_THAT("(type (func (param i31)))", RefusedAt(1, 20, "unexpected token 'i31'"));
  EXPECT_THAT("(type (func (param $x i32) (param $x i32)))", Refused("duplicate param $x"));
  EXPECT_THAT("(type (func (param $x i32 i32)))", Refused("unexpected token 'i32'"));
}

TEST(Assemble, LocalsAndParameters) {
  TestModule m;
  m.types = {func_type({kTypeI32, kTypeI64}, {})};
  m.functions = {{0}};
  m.code = {
      code_entry({{2, kTypeF32}, {1, kTypeI32}}, bytes(local_get, 1, drop, local_get, 4, drop, Opcode::end))};
  EXPECT_THAT(
      "(func (param i32) (param $p i64) (local f32 f32) (local) (local $l i32)"
      " local.get $p drop local.get $l drop)",
      AssemblesTo(m.build()));
  EXPECT_THAT(
      "(type (func (param i32 i64))) (func (type 0) (local f32 f32 i32) (drop (local.get 1))"
      " (drop (local.get 4)))",
      AssemblesTo(m.build()));
  EXPECT_THAT("(type (func (param i32))) (func (type 0) (local $l i64) (drop (i64.eqz (local.get $l))))",
              ::testing::ResultOf(validate_text, IsValid()));
  EXPECT_THAT("(func (param $x i32) (local $x i32))", RefusedAt(1, 29, "duplicate local $x"));
  EXPECT_THAT("(func (local.get $x))", RefusedAt(1, 18, "unknown local $x"));
  EXPECT_THAT("(func (nop) (local i32))", RefusedAt(1, 14, "unknown operator 'local'"));
}

TEST(Assemble, ImportsAndExports) {
  TestModule m;
  m.types = {func_type({}, {}), func_type({kTypeI32}, {})};
  m.imports = {bytes(text("m"), text("f"), 0, 1), bytes(text("m"), text("t"), 1, kTypeFuncRef, 1, 1, 2),
               bytes(text("m"), text("m"), 2, 0, 1), bytes(text("m"), text("g"), 3, kTypeI64, 1),
               bytes(text("m"), text("h"), 0, 0)};
  m.functions = {{0}};
  m.exports = {bytes(text("a"), 0, 1), bytes(text("b"), 0, 1), bytes(text("c"), 0, 2),
               bytes(text("d"), 3, 0), bytes(text("e"), 0, 0), bytes(text("\xC3\xA4"), 1, 0)};
  m.code = {kEmptyBody};
  EXPECT_THAT(
      "(type (func)) (type (func (param i32)))"
      "(import \"m\" \"f\" (func $f (param i32))) (import \"m\" \"t\" (table $t 1 2 funcref))"
      "(import \"m\" \"m\" (memory 1)) (import \"m\" \"g\" (global $g (mut i64)))"
      "(func $h (export \"a\") (export \"b\") (import \"m\" \"h\"))"
      "(func $own (export \"c\")) (export \"d\" (global $g)) (export \"e\" (func $f))"
      "(export \"\\c3\\a4\" (table 0))",
      AssemblesTo(m.build()));
  EXPECT_THAT("(func) (import \"\" \"\" (func))", RefusedAt(1, 16, "import after a definition"));
  EXPECT_THAT("(global i32 (i32.const 0))\n(memory (import \"\" \"\") 1)", RefusedAt(2, 9, "import after"));
  EXPECT_THAT("(import \"m\" (func))", RefusedAt(1, 13, "unexpected token '('"));
  EXPECT_THAT("(import \"m\" \"\\ff\" (func))", Refused("malformed UTF-8 encoding"));
  EXPECT_THAT("(export \"a\" (func $f))", RefusedAt(1, 19, "unknown func $f"));
  EXPECT_THAT("(func $f) (import \"\" \"\" (func))", Refused("import after"));
  EXPECT_THAT("(import \"\" \"\" (func $f)) (func $f)", Refused("duplicate func $f"));
}

TEST(Assemble, TablesMemoriesGlobals) {
  TestModule m;
  m.tables = {bytes(kTypeFuncRef, 0, 1), bytes(kTypeExternRef, 1, 2, 3)};
  m.memories = {bytes(1, leb(1), leb(65536))};
  m.globals = {bytes(kTypeI32, 0, const_i32(1)), bytes(kTypeFuncRef, 1, ref_null, kTypeFuncRef, Opcode::end)};
  m.exports = {bytes(text("t"), 1, 1), bytes(text("m"), 2, 0), bytes(text("g"), 3, 1)};
  EXPECT_THAT(
      "(table i32 1 (ref null func)) (table (export \"t\") 2 3 externref) (memory (export \"m\") 1 0x1_0000)"
      "(global i32 (i32.const 1)) (global $g (export \"g\") (mut funcref) ref.null func)",
      AssemblesTo(m.build()));
  EXPECT_THAT("(memory)", RefusedAt(1, 8, "unexpected token ')'"));
  EXPECT_THAT("(memory -1)", RefusedAt(1, 9, "unexpected token"));
  EXPECT_THAT("(table 1)", RefusedAt(1, 9, "unexpected token ')'"));
  EXPECT_THAT("(global $g i32 (i32.const 0)) (global $g i32 (i32.const 0))", Refused("duplicate global $g"));
}

TEST(Assemble, ElementSegments) {
  TestModule m;
  m.types = {func_type({}, {})};
  m.functions = {{0}};
  m.tables = {bytes(kTypeFuncRef, 0, 9), bytes(kTypeFuncRef, 0, 9)};
  const Bytes ref = bytes(ref_func, 0, Opcode::end);
  const Bytes null = bytes(ref_null, kTypeFuncRef, Opcode::end);
  m.elements = {bytes(0, const_i32(1), 2, 0, 0),
                bytes(0, const_i32(2), 1, 0),
                bytes(2, 1, const_i32(3), 0, 1, 0),
                bytes(4, const_i32(4), 2, ref, null),
                bytes(6, 1, const_i32(5), kTypeFuncRef, 1, ref),
                bytes(1, 0, 1, 0),
                bytes(5, kTypeExternRef, 0),
                bytes(3, 0, 1, 0),
                bytes(7, kTypeFuncRef, 1, null),
                bytes(0, const_i32(6), 1, 0),
                bytes(2, 1, const_i32(7), 0, 1, 0)};
  m.code = {kEmptyBody};
  EXPECT_THAT(
      "(table $a 9 funcref) (table $b 9 funcref)"
      "(elem (i32.const 1) $f 0) (elem $s (offset i32.const 2) func $f)"
      "(elem (table $b) (i32.const 3) func $f)"
      "(elem (table 0) (i32.const 4) funcref (ref.func $f) (item ref.null func))"
      "(elem (table 1) (offset (i32.const 5)) funcref (item (ref.func 0)))"
      "(elem func $f) (elem externref) (elem declare func $f) (elem declare (ref null func) (ref.null func))"
      "(elem 0 (i32.const 6) $f) (elem 1 (i32.const 7) func $f) (func $f)",
      AssemblesTo(m.build()));
  EXPECT_THAT("(elem)", Refused("unexpected token"));
  EXPECT_THAT("(elem declare $f)", Refused("unexpected token"));
  EXPECT_THAT("(table 1 funcref)(elem (table 0) (i32.const 0) $f)", Refused("unexpected token '$f'"));
  EXPECT_THAT("(elem $e func) (elem $e func)", Refused("duplicate elem segment $e"));
}

TEST(Assemble, InlineSegments) {
  TestModule m;
  m.types = {func_type({}, {})};
  m.functions = {{0}};
  m.tables = {bytes(kTypeFuncRef, 1, 2, 2), bytes(kTypeExternRef, 1, 1, 1)};
  m.memories = {bytes(1, 1, 1)};
  m.elements = {bytes(0, const_i32(0), 2, 0, 0),
                bytes(6, 1, const_i32(0), kTypeExternRef, 1, ref_null, kTypeExternRef, Opcode::end),
                bytes(1, 0, 0)};
  m.data_count = Bytes{2};
  m.code = {code_entry({}, bytes(elem_drop, 2, data_drop, 1, Opcode::end))};
  m.data = {bytes(0, const_i32(0), text("ab")), bytes(1, text(""))};
  EXPECT_THAT(
      "(table funcref (elem $f 0)) (table externref (elem (ref.null extern))) (memory (data \"a\" \"b\"))"
      "(elem $e func) (data $d) (func $f elem.drop $e data.drop $d)",
      AssemblesTo(m.build()));
  m = {};
  m.memories = {bytes(1, 0, 0)};
  m.data = {bytes(0, const_i32(0), text(""))};
  EXPECT_THAT("(memory (data))", AssemblesTo(m.build()));
  EXPECT_THAT("(memory (data \"" + std::string(65537, 'x') + "\"))",
              ::testing::ResultOf(validate_text, IsValid()));
}

TEST(Assemble, DataSegmentsAndStart) {
  TestModule m;
  m.types = {func_type({}, {})};
  m.functions = {{0}};
  m.memories = {bytes(0, 1)};
  m.start = Bytes{0};
  m.code = {kEmptyBody};
  m.data = {bytes(0, const_i32(1), text("x")), bytes(0, const_i32(2), text("yz")),
            bytes(0, const_i32(3), text("")), bytes(1, 1, 0xFF)};
  EXPECT_THAT(
      "(memory $m 1) (start $f) (func $f) (data (i32.const 1) \"x\")"
      "(data (memory $m) (offset i32.const 2) \"y\" \"z\") (data 0 (i32.const 3)) (data $d \"\\ff\")",
      AssemblesTo(m.build()));
  EXPECT_THAT("(func $f) (start $f) (start $f)", RefusedAt(1, 29, "multiple start sections"));
  EXPECT_THAT("(data (i32.const 0) 1)", RefusedAt(1, 21, "unexpected token '1'"));
}

TEST(Assemble, WhatValidationRefusesIsAssembled) {
  EXPECT_THAT(validate_text("(func (call 5))"), is_invalid("unknown function 5"));
  EXPECT_THAT(validate_text("(func (type 5))"), is_invalid("unknown type 5"));
  EXPECT_THAT(validate_text("(func (result i32))"), is_invalid("type mismatch"));
  EXPECT_THAT(validate_text("(memory 0x1_0000_0000)"), is_invalid("memory size"));
  EXPECT_THAT(validate_text("(memory 1) (func (drop (i32.load offset=0x1_0000_0000 (i32.const 0))))"),
              is_invalid("offset out of range"));
}

TEST(Assemble, Tags) {
  for (const char* source :
       {"(tag)", "(tag $e (param $x i32) (param i64))", "(type (func)) (tag (type 0))",
        "(import \"\" \"\" (tag $e (param i32))) (export \"e\" (tag $e))",
        "(tag (export \"a\") (import \"\" \"\"))", "(tag $e (export \"a\") (export \"b\"))"}) {
    EXPECT_THAT(validate_text(source), IsValid()) << source;
  }
  EXPECT_THAT("(tag $e) (tag $e)", Refused("duplicate tag $e"));
  EXPECT_THAT("(export \"e\" (tag $e))", Refused("unknown tag $e"));
  EXPECT_THAT("(tag) (import \"\" \"\" (tag))", Refused("import after a definition"));
}

TEST(Assemble, TablesOfAllTypes) {
  for (const char* source : {"(table i64 1 2 funcref)", "(table 1 funcref (ref.null func))",
                             "(func $f) (table 1 (ref func) (ref.func $f))", "(table i64 funcref (elem))",
                             "(type $t (func)) (func $f (type $t)) (table (ref null $t) (elem $f $f))",
                             "(table externref (elem (ref.null extern)))"}) {
    EXPECT_THAT(validate_text(source), IsValid()) << source;
  }
  EXPECT_THAT(validate_text("(table 1 (ref func))"), is_invalid("type mismatch"));
  EXPECT_THAT(validate_text("(func $f) (table externref (elem $f))"), is_invalid("type mismatch"));
}

TEST(Assemble, ConstantExpressionsMayCalculate) {
  EXPECT_THAT(validate_text("(global $g i32 (i32.const 1))"
                            "(global i32 (i32.add (global.get $g) (i32.mul (i32.const 2) (i32.const 3))))"
                            "(memory 1) (data (offset i32.const 1 i32.const 2 i32.sub) \"x\")"),
              IsValid());
}

TEST(LooksLikeText, TellsTextFromBinary) {
  const auto looks = [](std::string_view source) {
    return text::looks_like_text({reinterpret_cast<const std::uint8_t*>(source.data()), source.size()});
  };
  for (const char* source : {"(module)", " \t\r\n(", ";; x", "(;;)"}) EXPECT_TRUE(looks(source)) << source;
  for (const char* source : {"", " ", "asm", ";", "; x"}) EXPECT_FALSE(looks(source)) << source;
  EXPECT_FALSE(looks(std::string_view("\0asm", 4)));
}

}  // namespace
}  // namespace wasmjet::test
