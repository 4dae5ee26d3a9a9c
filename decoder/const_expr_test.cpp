#include "decoder/test_support.hpp"

// Constant expressions (spec 3.3.13), as initializers of globals.
namespace wasmjet::test {
namespace {

using enum Opcode;

/// Global 0 is imported and immutable, 1 imported and mutable, both i32; 2 is an immutable i32; 3 is tested.
TestModule module_with(int type, const Bytes& expression) {
  TestModule m = environment(func_type({}, {}), {}, bytes(Opcode::end));
  m.imports = {bytes(text("m"), text("f"), 0, 1), bytes(text("m"), text("g"), 3, kTypeI32, 0),
               bytes(text("m"), text("h"), 3, kTypeI32, 1)};
  m.globals = {bytes(kTypeI32, 0, i32_const, 1, Opcode::end), bytes(type, 0, expression)};
  return m;
}

ConstExpr decode(int type, const Bytes& expression) {
  return decode_module(module_with(type, bytes(expression, Opcode::end)).build()).globals[3].init;
}

Outcome outcome(int type, const Bytes& expression) {
  return validate(module_with(type, bytes(expression, Opcode::end)));
}

TEST(ConstExpr, HoldsNumbers) {
  EXPECT_EQ(decode(kTypeI32, bytes(i32_const, 0x7F)).bits, 0xFFFFFFFFU);
  EXPECT_EQ(decode(kTypeI64, bytes(i64_const, 0x7F)).bits, ~std::uint64_t{0});
  EXPECT_EQ(decode(kTypeF32, bytes(f32_const, 0, 0, 0x80, 0x3F)).bits, 0x3F800000U);
  EXPECT_EQ(decode(kTypeF64, bytes(f64_const, 1, 2, 3, 4, 5, 6, 7, 8)).bits, 0x0807060504030201U);
}

TEST(ConstExpr, HoldsReferences) {
  EXPECT_EQ(decode(kTypeExternRef, bytes(ref_null, kTypeExternRef)).kind, ConstExpr::Kind::ref_null);
  const ConstExpr function = decode(kTypeFuncRef, bytes(ref_func, 2));
  EXPECT_EQ(function.kind, ConstExpr::Kind::ref_func);
  EXPECT_EQ(function.index, 2U);
  EXPECT_THAT(outcome(kTypeFuncRef, bytes(ref_func, 9)), is_invalid("unknown function 9"));
}

TEST(ConstExpr, DeclaresTheFunctionsItNames) {
  const Module module = decode_module(module_with(kTypeFuncRef, bytes(ref_func, 3, Opcode::end)).build());
  EXPECT_TRUE(module.declared_functions[3]);
}

TEST(ConstExpr, ReadsImportedImmutableGlobals) {
  const ConstExpr get = decode(kTypeI32, bytes(global_get, 0));
  EXPECT_EQ(get.kind, ConstExpr::Kind::global_get);
  EXPECT_EQ(get.index, 0U);
  EXPECT_THAT(outcome(kTypeI32, bytes(global_get, 1)), is_invalid("constant expression required"));
  EXPECT_EQ(decode(kTypeI32, bytes(global_get, 2)).index, 2U) << "defined before";
  EXPECT_THAT(outcome(kTypeI32, bytes(global_get, 3)), is_invalid("unknown global 3"));
}

TEST(ConstExpr, MakesOneValueOfItsType) {
  EXPECT_THAT(outcome(kTypeI32, {}), is_invalid("type mismatch"));
  EXPECT_THAT(outcome(kTypeI32, bytes(i32_const, 1, i32_const, 2)), is_invalid("type mismatch"));
  EXPECT_THAT(outcome(kTypeI32, bytes(i64_const, 1)), is_invalid("type mismatch"));
  EXPECT_THAT(outcome(kTypeFuncRef, bytes(ref_null, kTypeExternRef)), is_invalid("type mismatch"));
}

TEST(ConstExpr, HoldsNothingElse) {
  EXPECT_THAT(outcome(kTypeI32, bytes(i32_const, 1, i32_eqz)), is_invalid("constant expression required"));
  EXPECT_THAT(outcome(kTypeI32, bytes(nop)), is_invalid("constant expression required"));
  EXPECT_THAT(outcome(kTypeI32, bytes(memory_fill, 0)), is_invalid("constant expression required"));
  EXPECT_THAT(outcome(kTypeI32, bytes(0xFF)), is_malformed("illegal opcode ff"));
  EXPECT_THAT(outcome(kTypeI32, bytes(0xFD, 0xFF, 0x7F)), is_malformed("illegal opcode fd"));
}

TEST(ConstExpr, MayBeCode) {
  const ConstExpr sum = decode(kTypeI32, bytes(i32_const, 1, global_get, 0, i32_add, i32_const, 3, i32_mul));
  EXPECT_EQ(sum.kind, ConstExpr::Kind::code);
  EXPECT_EQ(sum.type, kI32);
  EXPECT_EQ(decode(kTypeI64, bytes(i64_const, 1, i64_const, 2, i64_sub)).kind, ConstExpr::Kind::code);
  EXPECT_EQ(decode(0x7B, bytes(v128_const, Bytes(16, 0))).kind, ConstExpr::Kind::code);
  EXPECT_THAT(outcome(kTypeI32, bytes(i32_const, 1, i32_add)), is_invalid("type mismatch"));
  EXPECT_THAT(outcome(kTypeI32, bytes(i32_const, 1, i64_const, 1, i32_add)), is_invalid("type mismatch"));
}

TEST(ConstExpr, EndsWithEnd) {
  TestModule m;
  m.globals = {bytes(kTypeI32, 0, i32_const, 1)};
  EXPECT_THAT(validate(m), is_malformed("unexpected end"));
}

}  // namespace
}  // namespace wasmjet::test
