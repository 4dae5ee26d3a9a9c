#include "decoder/test_support.hpp"

// Parametric, reference, global, table and bulk instructions (spec 3.3.2 to 3.3.7). See environment() for
// what the module has.
namespace wasmjet::test {
namespace {

using enum Opcode;

const Bytes kZero = bytes(i32_const, 0);
const Bytes kThreeZeros = bytes(kZero, kZero, kZero);
const Bytes kNullFunction = bytes(ref_null, kTypeFuncRef);
const Bytes kNullExtern = bytes(ref_null, kTypeExternRef);

TEST(Parametric, DropTakesAnything) {
  EXPECT_THAT(validate_body(bytes(kNullExtern, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(drop)), is_invalid("type mismatch"));
}

TEST(Parametric, SelectTakesTwoNumbersOfOneType) {
  EXPECT_THAT(validate_body(bytes(i64_const, 1, i64_const, 2, kZero, select, i64_eqz, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i64_const, 1, kZero, kZero, select, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kNullFunction, kNullFunction, kZero, select, drop)),
              is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kZero, kZero, i64_const, 0, select, drop)), is_invalid("type mismatch"));
}

TEST(Parametric, SelectInUnreachableCode) {
  EXPECT_THAT(validate_body(bytes(unreachable, select, i64_eqz, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(unreachable, i64_const, 0, kZero, select, i64_eqz, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(unreachable, i64_const, 0, kZero, select, i32_eqz, drop)),
              is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(unreachable, kNullFunction, kZero, select, drop)),
              is_invalid("type mismatch"));
}

TEST(Parametric, TypedSelectTakesReferences) {
  EXPECT_THAT(validate_body(bytes(kNullFunction, kNullFunction, kZero, select_t, 1, kTypeFuncRef, drop)),
              IsValid());
  EXPECT_THAT(validate_body(bytes(kNullFunction, kNullExtern, kZero, select_t, 1, kTypeFuncRef, drop)),
              is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kZero, kZero, kZero, select_t, 0, drop)),
              is_invalid("invalid result arity"));
  EXPECT_THAT(validate_body(bytes(kZero, kZero, kZero, select_t, 2, kTypeI32, kTypeI32, drop)),
              is_invalid("invalid result arity"));
  EXPECT_THAT(validate_body(bytes(kZero, kZero, kZero, select_t, 1, 0x11, drop)),
              is_malformed("invalid value type"));
}

TEST(Reference, NullHasItsType) {
  EXPECT_THAT(validate_body(bytes(kNullExtern, ref_is_null, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(ref_null, kTypeI32, drop)), is_malformed("malformed heap type"));
}

TEST(Reference, IsNullTakesReferences) {
  EXPECT_THAT(validate_body(bytes(kZero, ref_is_null, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(unreachable, ref_is_null, i32_eqz, drop)), IsValid());
}

TEST(Reference, FuncNamesDeclaredFunctions) {
  EXPECT_THAT(validate_body(bytes(ref_func, 2, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(ref_func, 3, drop)), is_invalid("undeclared function reference"));
  EXPECT_THAT(validate_body(bytes(ref_func, 4, drop)), is_invalid("unknown function 4"));
}

TEST(Globals, AreReadAndWritten) {
  EXPECT_THAT(validate_body(bytes(global_get, 1, global_set, 1)), IsValid());
  EXPECT_THAT(validate_body(bytes(global_get, 0, global_set, 1)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(global_get, 0, global_set, 0)), is_invalid("immutable global"));
  EXPECT_THAT(validate_body(bytes(global_get, 3, drop)), is_invalid("unknown global 3"));
  EXPECT_THAT(validate_body(bytes(global_get, 1, global_set, 3)), is_invalid("unknown global 3"));
}

TEST(Tables, AreReadAndWritten) {
  EXPECT_THAT(validate_body(bytes(kZero, kZero, table_get, 1, table_set, 1)), IsValid());
  EXPECT_THAT(validate_body(bytes(kZero, kZero, table_get, 1, table_set, 0)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(i64_const, 0, table_get, 0, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kZero, table_get, 3, drop)), is_invalid("unknown table 3"));
}

TEST(Tables, GrowSizeAndFill) {
  EXPECT_THAT(validate_body(bytes(kNullExtern, table_size, 1, table_grow, 1, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(kNullFunction, kZero, table_grow, 1, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kZero, kNullExtern, kZero, table_fill, 1)), IsValid());
  EXPECT_THAT(validate_body(bytes(kZero, kNullFunction, kZero, table_fill, 1)), is_invalid("type mismatch"));
}

TEST(Tables, CopyBetweenEqualTypes) {
  EXPECT_THAT(validate_body(bytes(kThreeZeros, table_copy, 0, 2)), IsValid());
  EXPECT_THAT(validate_body(bytes(kThreeZeros, table_copy, 0, 1)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kThreeZeros, table_copy, 0, 3)), is_invalid("unknown table 3"));
}

TEST(Tables, InitFromSegmentsOfTheirType) {
  EXPECT_THAT(validate_body(bytes(kThreeZeros, table_init, 1, 1)), IsValid());
  EXPECT_THAT(validate_body(bytes(kThreeZeros, table_init, 1, 0)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kThreeZeros, table_init, 2, 0)), is_invalid("unknown elem segment 2"));
  EXPECT_THAT(validate_body(bytes(elem_drop, 1)), IsValid());
  EXPECT_THAT(validate_body(bytes(elem_drop, 2)), is_invalid("unknown elem segment 2"));
}

TEST(Memory, BulkInstructionsNameSegmentsAndMemory) {
  EXPECT_THAT(validate_body(bytes(kThreeZeros, memory_init, 0, 0, data_drop, 0)), IsValid());
  EXPECT_THAT(validate_body(bytes(kThreeZeros, memory_init, 1, 0)), is_invalid("unknown data segment 1"));
  EXPECT_THAT(validate_body(bytes(data_drop, 1)), is_invalid("unknown data segment 1"));
  EXPECT_THAT(validate_body(bytes(kThreeZeros, memory_copy, 0, 1)), is_invalid("unknown memory 1"));
  EXPECT_THAT(validate_body(bytes(kThreeZeros, memory_copy, 1, 0)), is_invalid("unknown memory 1"));
  EXPECT_THAT(validate_body(bytes(kThreeZeros, memory_fill, 1)), is_invalid("unknown memory 1"));
}

TEST(Memory, IndicesAreIntegers) {
  EXPECT_THAT(validate_body(bytes(memory_size, 0x80, 0x00, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(kZero, memory_grow, 1, drop)), is_invalid("unknown memory 1"));
}

TEST(Memory, SegmentsWantADataCount) {
  TestModule m = environment(func_type({}, {}), {}, bytes(data_drop, 0, Opcode::end));
  m.data_count.reset();
  EXPECT_THAT(validate(m), is_malformed("data count section required"));
  m.code[0] = code_entry({}, bytes(kThreeZeros, memory_init, 0, 0, Opcode::end));
  EXPECT_THAT(validate(m), is_malformed("data count section required"));
}

}  // namespace
}  // namespace wasmjet::test
