#include "decoder/text/instructions.hpp"

#include "decoder/text/text_test_support.hpp"

namespace wasmjet::test {
namespace {

using enum Opcode;

/// A module whose names the instructions below may use: type $t (i32) -> (i32), function $f of it with local
/// $p and $l, tables $t0 $t1, memory, globals, segments; `body` is that of function 1, () -> ().
Bytes assemble_body(std::string_view body) {
  const std::string source =
      "(module (type $t (func (param i32) (result i32))) (type $v (func))"
      " (table $t0 5 funcref) (table $t1 5 externref) (memory $m 1)"
      " (global $g (mut i32) (i32.const 0)) (elem $e func $f) (elem $x externref) (data $d \"d\")"
      " (func $f (type $t) local.get 0) (func $b (local $l i32 ) (local i64) " +
      std::string(body) + "))";
  return text::assemble(source);
}

/// The instructions of that body, without the final `end`.
Bytes code(std::string_view body) {
  const Module module = decode_module(assemble_body(body));
  const FunctionBody& last = module.bodies.back();
  const auto begin = module.bytes.begin() + last.begin + 5;  // local declarations: 2 groups
  return {begin, module.bytes.begin() + last.begin + last.size - 1};
}

std::string wrap(std::string_view body) { return "(func " + std::string(body) + ")"; }

TEST(Instructions, EveryPlainOpcodeIsKnownByItsName) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto op = static_cast<Opcode>(i);
    if (info(op).immediate != Immediate::none || op == else_ || op == Opcode::end) continue;
    EXPECT_EQ(code(text_name(op)), bytes(op)) << text_name(op);
  }
}

TEST(Instructions, Immediates) {
  EXPECT_EQ(code("local.get $l local.set 0"), bytes(local_get, 0, local_set, 0));
  EXPECT_EQ(code("global.get $g call $f ref.func 1"), bytes(global_get, 0, call, 0, ref_func, 1));
  EXPECT_EQ(code("call_indirect (type $t) call_indirect $t1 (param i32) (result i32)"),
            bytes(call_indirect, 0, 0, call_indirect, 0, 1));
  EXPECT_EQ(code("ref.null func ref.null extern"), bytes(ref_null, kTypeFuncRef, ref_null, kTypeExternRef));
  EXPECT_EQ(code("select select (result i32) select (result) (result f32)"),
            bytes(select, select_t, 1, kTypeI32, select_t, 1, kTypeF32));
  EXPECT_EQ(code("table.get table.set $t1 table.size 1"), bytes(table_get, 0, table_set, 1, table_size, 1));
  EXPECT_EQ(code("table.init $e table.init $t1 $x elem.drop $x"),
            bytes(table_init, 0, 0, table_init, 1, 1, elem_drop, 1));
  EXPECT_EQ(code("table.copy table.copy $t1 0"), bytes(table_copy, 0, 0, table_copy, 1, 0));
  EXPECT_EQ(code("memory.size memory.grow $m memory.fill"),
            bytes(memory_size, 0, memory_grow, 0, memory_fill, 0));
  EXPECT_EQ(code("memory.init $d memory.init 0 0 data.drop $d memory.copy"),
            bytes(memory_init, 0, 0, memory_init, 0, 0, data_drop, 0, memory_copy, 0, 0));
}

TEST(Instructions, MemoryArguments) {
  EXPECT_EQ(code("i32.load i64.load16_u"), bytes(i32_load, 2, 0, i64_load16_u, 1, 0));
  EXPECT_EQ(code("i64.store offset=0x1_00 align=1"), bytes(i64_store, 0, leb(0x100)));
  EXPECT_EQ(code("i32.load $m align=4"), bytes(i32_load, 2, 0));
  EXPECT_EQ(code("i32.load 3"), bytes(i32_load, 0x42, 3, 0));
  EXPECT_THAT(wrap("i32.load align=3"), Refused("alignment must be a power of two"));
  EXPECT_THAT(wrap("i32.load align=0"), Refused("alignment"));
  EXPECT_THAT(wrap("i32.load offset=-1"), Refused("unexpected token"));
  EXPECT_THAT(wrap("i32.load offset="), Refused("unexpected token"));
  EXPECT_THAT(wrap("i32.load align=1 offset=1"), Refused("unknown operator"));
  EXPECT_THAT(wrap("i32.load offset=18446744073709551616"), Refused("i64 constant out of range"));
}

TEST(Instructions, Constants) {
  EXPECT_EQ(code("i32.const -64 i32.const 64 i32.const 0xffffffff"),
            bytes(i32_const, 0x40, i32_const, 0xC0, 0x00, i32_const, 0x7F));
  EXPECT_EQ(code("i64.const 0x8000000000000000"), bytes(i64_const, Bytes(9, 0x80), 0x7F));
  EXPECT_EQ(code("f32.const -1.5 f32.const nan:0x1"),
            bytes(f32_const, 0, 0, 0xC0, 0xBF, f32_const, 1, 0, 0x80, 0x7F));
  EXPECT_EQ(code("f64.const 0x1p-1"), bytes(f64_const, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F));
  EXPECT_THAT(wrap("i32.const 4294967296"), Refused("i32 constant out of range"));
  EXPECT_THAT(wrap("f32.const 1e39"), Refused("f32 constant out of range"));
  EXPECT_THAT(wrap("i32.const 1.0"), Refused("unexpected token"));
  EXPECT_THAT(wrap("f64.const $x"), Refused("unexpected token"));
  EXPECT_THAT(wrap("i32.const"), Refused("unexpected token"));
}

TEST(Instructions, BlocksAndLabels) {
  EXPECT_EQ(code("block $a loop $b br $a br $b br 2 end $b end"),
            bytes(block, kNoResult, loop, kNoResult, br, 1, br, 0, br, 2, Opcode::end, Opcode::end));
  EXPECT_EQ(code("block $a block $a br $a end br $a end"),
            bytes(block, kNoResult, block, kNoResult, br, 0, Opcode::end, br, 0, Opcode::end));
  EXPECT_EQ(code("block $a br_table $a 1 $a end"),
            bytes(block, kNoResult, br_table, 2, 0, 1, 0, Opcode::end));
  EXPECT_EQ(code("if $a nop else $a br $a end $a"), bytes(if_, kNoResult, nop, else_, br, 0, Opcode::end));
  EXPECT_THAT(wrap("block $a end br $a"), Refused("unknown label $a"));
  EXPECT_THAT(wrap("block $a end $b"), Refused("mismatching label $b"));
  EXPECT_THAT(wrap("block end $b"), Refused("mismatching label"));
  EXPECT_THAT(wrap("if $a else $b end"), Refused("mismatching label"));
  EXPECT_THAT(wrap("br_table"), Refused("unexpected token"));
}

TEST(Instructions, BlockTypes) {
  EXPECT_EQ(code("block (result i64) unreachable end"), bytes(block, kTypeI64, unreachable, Opcode::end));
  EXPECT_EQ(code("loop (type $t) end"), bytes(loop, 0, Opcode::end));
  EXPECT_EQ(code("loop (param i32) (result i32) end"), bytes(loop, 0, Opcode::end));
  EXPECT_EQ(code("block (param i32) end"),
            bytes(block, 2, Opcode::end));  // appended behind the declared ones
  EXPECT_EQ(code("block (param) (result) end"), bytes(block, kNoResult, Opcode::end));
  EXPECT_THAT(wrap("block (param $x i32) end"), Refused("unexpected token '$x'"));
  EXPECT_THAT(wrap("block (result i32) (param i32) end"), Refused("unknown operator 'param'"));
  EXPECT_THAT("(type (func)) (func block (type 0) (result i32) end)", Refused("inline function type"));
  EXPECT_THAT("(func block (type 9) (result i32) end)", Refused("unknown type 9"));
}

TEST(Instructions, Folded) {
  EXPECT_EQ(code("(i32.add (i32.const 1) (local.get $l))"), bytes(i32_const, 1, local_get, 0, i32_add));
  EXPECT_EQ(code("(drop (i32.add (i32.eqz (i32.const 1)) (i32.const 2))) nop"),
            bytes(i32_const, 1, i32_eqz, i32_const, 2, i32_add, drop, nop));
  EXPECT_EQ(code("(block $a (result i32) i32.const 1 (br $a))"),
            bytes(block, kTypeI32, i32_const, 1, br, 0, Opcode::end));
  EXPECT_EQ(code("(loop (nop) nop)"), bytes(loop, kNoResult, nop, nop, Opcode::end));
  EXPECT_EQ(code("(call_indirect (type $v) (i32.const 1))"), bytes(i32_const, 1, call_indirect, 1, 0));
  EXPECT_EQ(code("(select (result i32) (i32.const 1))"), bytes(i32_const, 1, select_t, 1, kTypeI32));
  EXPECT_THAT(wrap("(i32.add i32.const 1)"), Refused("unexpected token 'i32.const'"));
  EXPECT_THAT(wrap("(end)"), Refused("unexpected token 'end'"));
  EXPECT_THAT(wrap("(block end)"), Refused("unexpected token 'end'"));
  EXPECT_THAT(wrap("(nop"), Refused("unexpected end"));
}

TEST(Instructions, FoldedIf) {
  EXPECT_EQ(code("(if (i32.const 1) (then nop) (else drop))"),
            bytes(i32_const, 1, if_, kNoResult, nop, else_, drop, Opcode::end));
  EXPECT_EQ(code("(if $a (result i32) (i32.const 1) (i32.eqz) (then (br $a)))"),
            bytes(i32_const, 1, i32_eqz, if_, kTypeI32, br, 0, Opcode::end));
  EXPECT_EQ(code("(if (then))"), bytes(if_, kNoResult, Opcode::end));
  EXPECT_EQ(code("(if (if (i32.const 1) (then)) (then) (else))"),
            bytes(i32_const, 1, if_, kNoResult, Opcode::end, if_, kNoResult, else_, Opcode::end));
  EXPECT_THAT(wrap("(if $a (br $a) (then))"), Refused("unknown label"));
  EXPECT_THAT(wrap("(if (i32.const 1))"), Refused("unexpected token ')'"));
  EXPECT_THAT(wrap("(if (then) (then))"), Refused("unexpected token 'then'"));
  EXPECT_THAT(wrap("(if (then) (else) (else))"), Refused("unexpected token 'else'"));
  EXPECT_THAT(wrap("(if (then) nop)"), Refused("unexpected token 'nop'"));
  EXPECT_THAT(wrap("(if nop (then))"), Refused("unexpected token 'nop'"));
  EXPECT_THAT(wrap("(then)"), Refused("unknown operator 'then'"));
}

TEST(Instructions, UnbalancedBlocks) {
  EXPECT_THAT(wrap("block"), Refused("unexpected token ')'"));
  EXPECT_THAT(wrap("end"), Refused("unexpected token 'end'"));
  EXPECT_THAT(wrap("else"), Refused("unexpected token 'else'"));
  EXPECT_THAT(wrap("block else end"), Refused("unexpected token 'else'"));
  EXPECT_THAT(wrap("if else else end"), Refused("unexpected token 'else'"));
}

TEST(Instructions, NestAsDeepAsTheTextIsLong) {
  constexpr int kDepth = 100'000;
  std::string source = "(func ";
  for (int i = 0; i < kDepth; ++i) source += "(block (drop ";
  source += "(i32.const 1)";
  for (int i = 0; i < kDepth; ++i) source += "))";
  EXPECT_GT(text::assemble(source + ")").size(), 2U * kDepth);
  EXPECT_THAT(source, Refused("unexpected end"));
}

TEST(Instructions, UnknownOnes) {
  EXPECT_THAT(wrap("i32.foo"), Refused("unknown operator 'i32.foo'"));
  EXPECT_THAT(wrap("get_local 0"), Refused("unknown operator"));
  EXPECT_THAT(wrap("f32x4.convert_s/i32x4"), Refused("unknown operator"));
  EXPECT_THAT(wrap("catch_all"), Refused("unknown operator"));
  EXPECT_THAT(wrap("try end"), RefusedAsUnsupported());
  EXPECT_THAT(wrap("(rethrow 0)"), RefusedAsUnsupported());
}

}  // namespace
}  // namespace wasmjet::test
