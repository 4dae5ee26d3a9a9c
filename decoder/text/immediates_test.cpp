#include "decoder/text/immediates.hpp"

#include "decoder/text/text_test_support.hpp"

// Immediates of casts, aggregates, exceptions and vectors; instructions_test.cpp has the others.
namespace wasmjet::test {
namespace {

using enum Opcode;

/// A module with names for the instructions below; `body` is that of the last function.
std::string with_names(std::string_view body) {
  return "(type $s (struct (field i32) (field $x (mut i32)) (field $y i64))) (type $a (array (mut i32)))"
         "(type $f (func)) (tag) (tag $e (param i32)) (memory $m 1) (memory $n 1) (data $d \"\")"
         "(elem $el func) (func $g (local $l v128) " +
         std::string(body) + ")";
}

/// The instructions of that body, without the final `end`.
Bytes code(std::string_view body) {
  const Module module = decode_module(text::assemble(with_names(body)));
  const FunctionBody& last = module.bodies.back();
  const auto begin = module.bytes.begin() + last.begin + 3;  // local declarations: a group
  return {begin, module.bytes.begin() + last.begin + last.size - 1};
}

MATCHER_P(RefusedInBody, reason, "") {
  return testing::ExplainMatchResult(Refused(reason), with_names(arg), result_listener);
}

TEST(Immediates, Fields) {
  EXPECT_EQ(code("struct.get $s $y struct.set 0 $x struct.get_s $s 0"),
            bytes(struct_get, 0, 2, struct_set, 0, 1, struct_get_s, 0, 0));
  EXPECT_THAT("struct.get $s $z", RefusedInBody("unknown field $z"));
  EXPECT_THAT("struct.get $a $x", RefusedInBody("unknown field $x"));
  EXPECT_THAT("struct.get $s", RefusedInBody("unexpected token ')'"));
}

TEST(Immediates, Arrays) {
  EXPECT_EQ(code("array.new_fixed $a 3 array.new_data $a $d array.new_elem $a $el array.copy $a $a"),
            bytes(array_new_fixed, 1, 3, array_new_data, 1, 0, array_new_elem, 1, 0, array_copy, 1, 1));
  EXPECT_THAT("array.new_fixed $a -1", RefusedInBody("unexpected token"));
}

TEST(Immediates, ArraysFromDataNeedTheDataCount) {
  EXPECT_TRUE(decode_module(text::assemble(with_names("array.init_data $a $d"))).data_count.has_value());
  EXPECT_FALSE(decode_module(text::assemble(with_names("array.init_elem $a $el"))).data_count.has_value());
}

TEST(Immediates, Casts) {
  EXPECT_EQ(code("ref.test (ref $s) ref.test (ref null $s) ref.test anyref"),
            bytes(ref_test, 0, ref_test_null, 0, ref_test_null, 0x6E));
  EXPECT_EQ(code("ref.cast (ref i31) ref.cast i31ref"), bytes(ref_cast, 0x6C, ref_cast_null, 0x6C));
  EXPECT_EQ(code("br_on_cast 0 anyref (ref $s) br_on_cast_fail 0 (ref any) eqref"),
            bytes(br_on_cast, 1, 0, 0x6E, 0, br_on_cast_fail, 2, 0, 0x6E, 0x6D));
  EXPECT_THAT("ref.test i32", RefusedInBody("unexpected token: a reference type is expected"));
  EXPECT_THAT("ref.test $s", RefusedInBody("unexpected token '$s'"));
}

TEST(Immediates, TypedCalls) {
  EXPECT_EQ(code("call_ref $f return_call_ref 2 return_call $g"),
            bytes(call_ref, 2, return_call_ref, 2, return_call, 0));
  EXPECT_EQ(code("block $b br_on_null $b br_on_non_null 0 end"),
            bytes(block, 0x40, br_on_null, 0, br_on_non_null, 0, Opcode::end));
}

TEST(Immediates, Exceptions) {
  EXPECT_EQ(code("throw $e throw_ref"), bytes(throw_, 1, throw_ref));
  EXPECT_THAT("throw $x", RefusedInBody("unknown tag $x"));
}

TEST(Immediates, CatchClausesNameLabelsAroundTheirBlock) {
  const Bytes expected = bytes(block, 0x40, try_table, 0x40, 4, 0x00, 1, 0, 0x01, 0, 1, 0x02, 0, 0x03, 0, nop,
                               Opcode::end, Opcode::end);
  EXPECT_EQ(
      code(
          "block $l try_table $t (catch $e $l) (catch_ref 0 1) (catch_all 0) (catch_all_ref $l) nop end end"),
      expected);
  EXPECT_EQ(
      code("(block $l (try_table (catch $e $l) (catch_ref 0 1) (catch_all 0) (catch_all_ref $l) (nop)))"),
      expected);
  EXPECT_THAT("(try_table $t (catch_all $t))", RefusedInBody("unknown label $t"));
  EXPECT_THAT("(try_table (nop) (catch_all 0))", RefusedInBody("unknown operator 'catch_all'"));
}

TEST(Immediates, Lanes) {
  EXPECT_EQ(code("i8x16.extract_lane_s 15 f64x2.replace_lane 0x1"),
            bytes(i8x16_extract_lane_s, 15, f64x2_replace_lane, 1));
  EXPECT_EQ(code("i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31"),
            bytes(i8x16_shuffle, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31));
  EXPECT_THAT("i8x16.extract_lane_s 256", RefusedInBody("i8 constant out of range"));
  EXPECT_THAT("i8x16.extract_lane_s -1", RefusedInBody("unexpected token"));
  EXPECT_THAT("i8x16.shuffle 0 1 2", RefusedInBody("invalid lane length"));
}

TEST(Immediates, LaneAccesses) {
  EXPECT_EQ(code("v128.load8_lane 3 v128.load8_lane $n 3 v128.store64_lane offset=1 align=4 1"),
            bytes(v128_load8_lane, 0, 0, 3, v128_load8_lane, 0x40, 1, 0, 3, v128_store64_lane, 2, 1, 1));
  EXPECT_EQ(code("v128.load16_lane 1 offset=2 0"), bytes(v128_load16_lane, 0x41, 1, 2, 0));
  EXPECT_THAT("v128.load8_lane $n", RefusedInBody("unexpected token '$n'"));
}

TEST(Immediates, MemoriesOfAccesses) {
  EXPECT_EQ(
      code("i32.load $n offset=4 memory.size $n memory.copy $m $n memory.init $n $d memory.fill 1"),
      bytes(i32_load, 0x42, 1, 4, memory_size, 1, memory_copy, 0, 1, memory_init, 0, 1, memory_fill, 1));
  EXPECT_EQ(code("v128.load align=1"), bytes(v128_load, 0, 0));
}

TEST(Immediates, AtomicsAreAlignedByThemselves) {
  const Bytes module =
      text::assemble(with_names("atomic.fence i64.atomic.load memory.atomic.notify align=4"));
  const Bytes expected = bytes(atomic_fence, 0, i64_atomic_load, 3, 0, memory_atomic_notify, 2, 0);
  EXPECT_NE(std::ranges::search(module, expected).begin(), module.end());
}

}  // namespace
}  // namespace wasmjet::test
