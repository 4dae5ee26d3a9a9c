#include "decoder/text/printer/print_instructions.hpp"

#include "decoder/test_support.hpp"

namespace wasmjet::text {
namespace {

using test::bytes;
using test::Bytes;
using enum Opcode;

/// The one instruction that `code` is, without names.
std::string printed(const Bytes& code) {
  std::string text;
  TextOutput out([&text](std::string_view piece) { text += piece; });
  const Identifiers numbers;
  CodeReader reader(code.data());
  InstructionPrinter(out, numbers).put_instruction(reader);
  out.flush();
  EXPECT_EQ(reader.position(), code.data() + code.size()) << text;
  return text;
}

TEST(PrintInstruction, MemoryArguments) {
  EXPECT_EQ(printed(bytes(i32_load, 2, 0)), "i32.load");
  EXPECT_EQ(printed(bytes(i64_store16, 0, 8)), "i64.store16 offset=8 align=1");
  EXPECT_EQ(printed(bytes(f64_load, 0x43, 5, 1)), "f64.load 5 offset=1");
  EXPECT_EQ(printed(bytes(i64_load, 3, test::leb(UINT64_MAX))), "i64.load offset=18446744073709551615");
  EXPECT_EQ(printed(bytes(v128_load, 4, 0)), "v128.load");
  EXPECT_EQ(printed(bytes(v128_load8_lane, 0, 3, 15)), "v128.load8_lane offset=3 15");
  EXPECT_EQ(printed(bytes(v128_store64_lane, 0x42, 1, 0, 1)), "v128.store64_lane 1 align=4 1");
  EXPECT_EQ(printed(bytes(i32_atomic_rmw_add, 2, 4)), "i32.atomic.rmw.add offset=4");
}

TEST(PrintInstruction, PaddedIntegers) {
  EXPECT_EQ(printed(bytes(i32_const, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F)), "i32.const -1");
  EXPECT_EQ(printed(bytes(local_get, 0x82, 0x80, 0x00)), "local.get 2");
}

TEST(PrintInstruction, TablesMemoriesAndSegments) {
  EXPECT_EQ(printed(bytes(call_indirect, 3, 0)), "call_indirect (type 3)");
  EXPECT_EQ(printed(bytes(return_call_indirect, 3, 1)), "return_call_indirect 1 (type 3)");
  EXPECT_EQ(printed(bytes(table_init, 4, 0)), "table.init 4");
  EXPECT_EQ(printed(bytes(table_init, 4, 1)), "table.init 1 4");
  EXPECT_EQ(printed(bytes(table_copy, 0, 0)), "table.copy");
  EXPECT_EQ(printed(bytes(table_copy, 0, 1)), "table.copy 0 1");
  EXPECT_EQ(printed(bytes(memory_init, 2, 1)), "memory.init 1 2");
  EXPECT_EQ(printed(bytes(memory_fill, 0)), "memory.fill");
  EXPECT_EQ(printed(bytes(memory_size, 1)), "memory.size 1");
}

TEST(PrintInstruction, References) {
  EXPECT_EQ(printed(bytes(ref_null, 0x6E)), "ref.null any");
  EXPECT_EQ(printed(bytes(ref_null, 5)), "ref.null 5");
  EXPECT_EQ(printed(bytes(ref_test, 0x6C)), "ref.test (ref i31)");
  EXPECT_EQ(printed(bytes(ref_test_null, 0x6C)), "ref.test i31ref");
  EXPECT_EQ(printed(bytes(ref_cast_null, 7)), "ref.cast (ref null 7)");
  EXPECT_EQ(printed(bytes(br_on_cast, 1, 2, 0x6E, 3)), "br_on_cast 2 anyref (ref 3)");
  EXPECT_EQ(printed(bytes(br_on_cast_fail, 2, 0, 0x6B, 0x71)), "br_on_cast_fail 0 (ref struct) nullref");
  EXPECT_EQ(printed(bytes(struct_get_s, 1, 2)), "struct.get_s 1 2");
  EXPECT_EQ(printed(bytes(array_new_fixed, 1, 3)), "array.new_fixed 1 3");
  EXPECT_EQ(printed(bytes(array_copy, 1, 2)), "array.copy 1 2");
  EXPECT_EQ(printed(bytes(array_init_data, 1, 2)), "array.init_data 1 2");
}

TEST(PrintInstruction, Control) {
  EXPECT_EQ(printed(bytes(br_table, 2, 5, 1, 0)), "br_table 5 1 0");
  EXPECT_EQ(printed(bytes(select_t, 1, 0x64, 0x70)), "select (result (ref func))");
  EXPECT_EQ(printed(bytes(try_table, 0x7F, 4, 0, 1, 2, 1, 3, 4, 2, 5, 3, 6)),
            "try_table (result i32) (catch 1 2) (catch_ref 3 4) (catch_all 5) (catch_all_ref 6)");
  EXPECT_EQ(printed(bytes(throw_, 1)), "throw 1");
  EXPECT_EQ(printed(bytes(atomic_fence, 0)), "atomic.fence");
}

TEST(PrintInstruction, Vectors) {
  Bytes numbers;
  for (int i = 0; i < 16; ++i) test::append(numbers, i);
  EXPECT_EQ(printed(bytes(v128_const, numbers)),
            "v128.const i32x4 0x03020100 0x07060504 0x0b0a0908 0x0f0e0d0c");
  EXPECT_EQ(printed(bytes(i8x16_shuffle, numbers)), "i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15");
  EXPECT_EQ(printed(bytes(i16x8_replace_lane, 7)), "i16x8.replace_lane 7");
}

/// A row of the table whose immediates were not printed would leave the reader within them.
TEST(PrintInstruction, ReadsTheImmediatesOfEveryRow) {
  for (std::size_t row = 0; row < kOpcodeCount; ++row) {
    const auto op = static_cast<Opcode>(row);
    Bytes code = bytes(op, Bytes(32, 0x01));
    if (op == select_t) code[2] = test::kTypeI32;  // 1 is no value type
    CodeReader skipping(code.data());
    skipping.skip_immediates(skipping.opcode());
    code.resize(static_cast<std::size_t>(skipping.position() - code.data()));
    EXPECT_THAT(printed(code), testing::StartsWith(text_name(op)));
  }
}

}  // namespace
}  // namespace wasmjet::text
