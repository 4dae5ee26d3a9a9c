#include "decoder/test_support.hpp"

// Control instructions (spec 3.3.8). The types are those of environment(): 2 is (i32) -> (i64), 3 is
// () -> (i32, i64), 4 is (i32) -> (i32).
namespace wasmjet::test {
namespace {

using enum Opcode;

constexpr auto kEnd = Opcode::end;

TEST(Control, BlocksHaveResults) {
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, i32_const, 1, kEnd, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, kEnd, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, i64_const, 1, kEnd, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(block, kNoResult, i32_const, 1, kEnd)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(block, 3, i32_const, 1, i64_const, 2, kEnd, drop, drop)), IsValid());
}

TEST(Control, BlocksHaveParameters) {
  EXPECT_THAT(validate_body(bytes(i32_const, 1, block, 2, i64_extend_i32_u, kEnd, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(block, 2, i64_extend_i32_u, kEnd, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(i64_const, 1, block, 2, drop, i64_const, 1, kEnd, drop)),
              is_invalid("type mismatch"));
}

TEST(Control, BlocksDoNotSeeOperandsBelow) {
  EXPECT_THAT(validate_body(bytes(i32_const, 1, block, kNoResult, drop, kEnd, drop)),
              is_invalid("type mismatch"));
}

TEST(Control, BlockTypesAreChecked) {
  EXPECT_THAT(validate_body(bytes(block, 5, kEnd)), is_invalid("unknown type 5"));
  EXPECT_THAT(validate_body(bytes(block, 0x60, kEnd)), is_malformed("invalid value type"));
  EXPECT_THAT(validate_body(bytes(block, 0xFF, 0x7F, kEnd)), is_malformed("malformed block type"));
  EXPECT_THAT(validate_body(bytes(block, 0x80, 0x80, 0x80, 0x80, 0x10, kEnd)),
              is_malformed("integer too large"));
  EXPECT_THAT(validate_body(bytes(block, 0x81, 0x00, kEnd)), IsValid());
}

TEST(Control, BranchesToBlocksTakeResults) {
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, i32_const, 1, br, 0, kEnd, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, br, 0, kEnd, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, i64_const, 1, br, 0, kEnd, drop)),
              is_invalid("type mismatch"));
}

TEST(Control, BranchesToLoopsTakeParameters) {
  EXPECT_THAT(validate_body(bytes(loop, kTypeI32, br, 0, kEnd, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i32_const, 1, loop, 2, br, 0, kEnd, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i32_const, 1, loop, 2, drop, br, 0, kEnd, drop)),
              is_invalid("type mismatch"));
}

TEST(Control, LabelsAreChecked) {
  EXPECT_THAT(validate_body(bytes(br, 0)), IsValid());
  EXPECT_THAT(validate_body(bytes(br, 1)), is_invalid("unknown label 1"));
  EXPECT_THAT(validate_body(bytes(i32_const, 0, br_if, 1)), is_invalid("unknown label 1"));
  EXPECT_THAT(validate_body(bytes(i32_const, 0, br_table, list({{0}, {1}}), 0)),
              is_invalid("unknown label 1"));
}

TEST(Control, BrIfKeepsOperandsOfTheLabel) {
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, i32_const, 7, i32_const, 1, br_if, 0, kEnd, drop)),
              IsValid());
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, i32_const, 1, br_if, 0, i32_const, 7, kEnd, drop)),
              is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(block, kNoResult, i64_const, 1, br_if, 0, kEnd)),
              is_invalid("type mismatch"));
}

TEST(Control, BrTableLabelsAgreeInArity) {
  const Bytes labels = list({{0}, {1}});
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, block, kTypeI32, i32_const, 7, i32_const, 0, br_table,
                                  list({{0}}), 1, kEnd, kEnd, drop)),
              IsValid());
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, block, kNoResult, i32_const, 7, i32_const, 0, br_table,
                                  list({{1}}), 0, kEnd, i32_const, 0, kEnd, drop)),
              is_invalid("type mismatch: br_table"));
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, block, kNoResult, unreachable, br_table, list({{1}}), 0,
                                  kEnd, i32_const, 0, kEnd, drop)),
              is_invalid("type mismatch: br_table"));
}

TEST(Control, BrTableLabelsAgreeInTypes) {
  const auto two_blocks = [](const Bytes& code) {
    return bytes(block, kTypeI32, block, kTypeI64, code, kEnd, drop, i32_const, 0, kEnd, drop);
  };
  EXPECT_THAT(validate_body(two_blocks(bytes(i64_const, 7, i32_const, 0, br_table, list({{0}}), 1))),
              is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(two_blocks(bytes(unreachable, br_table, list({{0}}), 1))), IsValid());
}

TEST(Control, BrTableCountsAreBounded) {
  EXPECT_THAT(validate_body(bytes(i32_const, 0, br_table, leb(0xFFFFFFFF), 0)),
              is_malformed("unexpected end"));
}

TEST(Control, IfTakesACondition) {
  EXPECT_THAT(validate_body(bytes(i32_const, 1, if_, kNoResult, kEnd)), IsValid());
  EXPECT_THAT(validate_body(bytes(if_, kNoResult, kEnd)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(i64_const, 1, if_, kNoResult, kEnd)), is_invalid("type mismatch"));
}

TEST(Control, IfWithoutElseLeavesParameters) {
  EXPECT_THAT(validate_body(bytes(i32_const, 1, if_, kTypeI32, i32_const, 1, kEnd, drop)),
              is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(i32_const, 5, i32_const, 1, if_, 4, kEnd, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(i32_const, 5, i32_const, 1, if_, 2, i64_extend_i32_s, kEnd, drop)),
              is_invalid("type mismatch"));
}

TEST(Control, BothBranchesOfIfMakeTheResults) {
  const auto if_else = [](const Bytes& then, const Bytes& otherwise) {
    return bytes(i32_const, 1, if_, kTypeI32, then, else_, otherwise, kEnd, drop);
  };
  EXPECT_THAT(validate_body(if_else(bytes(i32_const, 1), bytes(i32_const, 2))), IsValid());
  EXPECT_THAT(validate_body(if_else(bytes(unreachable), bytes(i32_const, 2))), IsValid());
  EXPECT_THAT(validate_body(if_else(bytes(i32_const, 1), {})), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(if_else({}, bytes(i32_const, 2))), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(i32_const, 1, i32_const, 1, if_, 2, i64_extend_i32_s, else_,
                                  i64_extend_i32_u, kEnd, drop)),
              IsValid());
}

TEST(Control, ElseBelongsToIf) {
  EXPECT_THAT(validate_body(bytes(else_)), is_malformed("illegal opcode 05"));
  EXPECT_THAT(validate_body(bytes(block, kNoResult, else_, kEnd)), is_malformed("illegal opcode 05"));
  EXPECT_THAT(validate_body(bytes(i32_const, 1, if_, kNoResult, else_, else_, kEnd)),
              is_malformed("illegal opcode 05"));
}

TEST(Control, UnreachableCodeIsPolymorphic) {
  for (const Bytes& leave :
       {bytes(unreachable), bytes(br, 0), bytes(return_), bytes(i32_const, 0, br_table, 0, 0)}) {
    EXPECT_THAT(validate_body(bytes(leave, i32_add, drop, f64_add, drop, drop)), IsValid());
    EXPECT_THAT(validate_body(bytes(leave, i32_const, 1, i64_eqz, drop)), is_invalid("type mismatch"));
    EXPECT_THAT(validate_body(bytes(leave, i32_const, 1)), is_invalid("type mismatch"));
  }
}

TEST(Control, UnreachableCodeEndsWithItsBlock) {
  EXPECT_THAT(validate_body(bytes(block, kNoResult, unreachable, kEnd, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(unreachable, block, kNoResult, drop, kEnd)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(block, kTypeI32, unreachable, kEnd, i64_eqz, drop)),
              is_invalid("type mismatch"));
}

TEST(Control, ReturnTakesTheFunctionsResults) {
  const Bytes type = func_type({}, {kTypeI32});
  const auto in_block = [&](const Bytes& code) {
    return validate(environment(type, {}, bytes(block, kNoResult, code, return_, kEnd, i32_const, 0, kEnd)));
  };
  EXPECT_THAT(in_block(bytes(i32_const, 1)), IsValid());
  EXPECT_THAT(in_block(bytes(f32_const, Bytes(4, 0), i32_const, 1)), IsValid());
  EXPECT_THAT(in_block({}), is_invalid("type mismatch"));
  EXPECT_THAT(in_block(bytes(i64_const, 1)), is_invalid("type mismatch"));
}

TEST(Control, CallsHaveTheCalleesType) {
  EXPECT_THAT(validate_body(bytes(i32_const, 1, call, 2, i64_eqz, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(call, 2, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(i32_const, 1, call, 2, i32_eqz, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(call, 0)), IsValid());
  EXPECT_THAT(validate_body(bytes(call, 4)), is_invalid("unknown function 4"));
}

TEST(Control, IndirectCallsHaveATypeAndATable) {
  EXPECT_THAT(validate_body(bytes(i32_const, 1, i32_const, 0, call_indirect, 2, 0, i64_eqz, drop)),
              IsValid());
  EXPECT_THAT(validate_body(bytes(i32_const, 0, call_indirect, 1, 2)), IsValid());
  EXPECT_THAT(validate_body(bytes(i64_const, 0, call_indirect, 1, 0)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(i32_const, 0, call_indirect, 5, 0)), is_invalid("unknown type 5"));
  EXPECT_THAT(validate_body(bytes(i32_const, 0, call_indirect, 1, 3)), is_invalid("unknown table 3"));
  EXPECT_THAT(validate_body(bytes(i32_const, 0, call_indirect, 1, 1)), is_invalid("type mismatch"));
}

}  // namespace
}  // namespace wasmjet::test
