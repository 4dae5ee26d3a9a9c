#include "decoder/test_support.hpp"

// Typed references, locals without default value, tail calls, exceptions (spec 3.3.2, 3.3.8).
namespace wasmjet::test {
namespace {

using enum Opcode;

constexpr int kRef = 0x64;
const Bytes kZero = bytes(i32_const, 0);

Outcome with_local(const Bytes& type, const Bytes& instructions) {
  return validate(environment(func_type({}, {}), {bytes(1, type)}, bytes(instructions, Opcode::end)));
}

TEST(References, AreCalledWithTheirType) {
  EXPECT_THAT(validate_body(bytes(ref_func, 1, call_ref, 0)), IsValid());
  EXPECT_THAT(validate_body(bytes(ref_func, 1, call_ref, 4, drop)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(unreachable, call_ref, 2, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(ref_func, 1, return_call_ref, 0)), IsValid());
}

TEST(References, AreTestedForNull) {
  EXPECT_THAT(validate_body(bytes(ref_null, 0, ref_as_non_null, call_ref, 0)), IsValid());
  EXPECT_THAT(validate_body(bytes(ref_null, 0, br_on_null, 0, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(ref_null, 0, br_on_non_null, 0)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kZero, ref_as_non_null, drop)), is_invalid("type mismatch"));
}

TEST(Locals, WithoutDefaultAreSetBeforeTheyAreRead) {
  const Bytes type = bytes(kRef, kTypeFuncRef);
  const Bytes set = bytes(ref_func, 1, local_set, 0);
  const Bytes get = bytes(local_get, 0, drop);
  EXPECT_THAT(with_local(type, bytes(set, get)), IsValid());
  EXPECT_THAT(with_local(type, get), is_invalid("uninitialized local 0"));
  EXPECT_THAT(with_local(type, bytes(block, kNoResult, set, get, Opcode::end)), IsValid());
  EXPECT_THAT(with_local(type, bytes(block, kNoResult, set, Opcode::end, get)),
              is_invalid("uninitialized local 0"));
  EXPECT_THAT(with_local(type, bytes(kZero, if_, kNoResult, set, else_, get, Opcode::end)),
              is_invalid("uninitialized local 0"));
}

TEST(TailCalls, ReturnWhatTheCallerReturns) {
  EXPECT_THAT(validate_body(bytes(return_call, 3)), IsValid());
  EXPECT_THAT(validate_body(bytes(kZero, return_call, 2)), is_invalid("type mismatch"));
  EXPECT_THAT(validate_body(bytes(kZero, return_call_indirect, 1, 0)), IsValid());
  EXPECT_THAT(validate_body(bytes(kZero, return_call_indirect, 1, 1)), is_invalid("type mismatch"));
}

TEST(Exceptions, AreCaughtByLabelsOfTheirType) {
  const auto in_block = [](int result, const Bytes& clause) {
    return validate_body(bytes(block, result, try_table, kNoResult, 1, clause, Opcode::end, unreachable,
                               Opcode::end, result == kNoResult ? Bytes{} : bytes(drop)));
  };
  EXPECT_THAT(in_block(kNoResult, {2, 0}), IsValid());
  EXPECT_THAT(in_block(0x69, {3, 0}), IsValid());
  EXPECT_THAT(in_block(0x69, {2, 0}), is_invalid("type mismatch"));
  EXPECT_THAT(in_block(kNoResult, {0, 0, 0}), is_invalid("unknown tag 0"));
  EXPECT_THAT(in_block(kNoResult, {4, 0}), is_malformed("malformed catch clause"));
  EXPECT_THAT(validate_body(bytes(throw_, 0)), is_invalid("unknown tag 0"));
}

TEST(Vectors, ChooseLanesThatExist) {
  const Bytes vector = bytes(v128_const, Bytes(16, 0));
  EXPECT_THAT(validate_body(bytes(vector, i8x16_extract_lane_s, 15, drop)), IsValid());
  EXPECT_THAT(validate_body(bytes(vector, i8x16_extract_lane_s, 16, drop)), is_invalid("invalid lane index"));
  EXPECT_THAT(validate_body(bytes(vector, vector, i8x16_shuffle, Bytes(16, 32), drop)),
              is_invalid("invalid lane index"));
  EXPECT_THAT(validate_body(bytes(kZero, vector, v128_load64_lane, 3, 0, 2, drop)),
              is_invalid("invalid lane index"));
}

}  // namespace
}  // namespace wasmjet::test
