#include "decoder/code_reader.hpp"

#include "decoder/test_support.hpp"

namespace wasmjet::test {
namespace {

TEST(CodeReader, FindsOpcodesOfBothKinds) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto op = static_cast<Opcode>(i);
    const Bytes code = bytes(op);
    CodeReader reader(code.data());
    EXPECT_EQ(reader.opcode(), op) << text_name(op);
    EXPECT_EQ(reader.position(), code.data() + code.size());
  }
}

TEST(CodeReader, ReadsImmediates) {
  const Bytes code = {0xE5, 0x8E, 0x26, 0x7F, 0x80, 0x7F, 0x00, 0x00, 0x80, 0x3F, 0x02, 0x88, 0x08};
  CodeReader reader(code.data());
  EXPECT_EQ(reader.u32(), 624485U);
  EXPECT_EQ(reader.s32(), -1);
  EXPECT_EQ(reader.s64(), -128);
  EXPECT_EQ(reader.f32_bits(), 0x3F800000U);
  const MemArg arg = reader.memarg();
  EXPECT_EQ(arg.align_log2, 2U);
  EXPECT_EQ(arg.offset, 1032U);
}

TEST(CodeReader, ReadsBlockTypes) {
  const Bytes code = bytes(kNoResult, kTypeF64, 0xC0, 0x00);
  CodeReader reader(code.data());
  EXPECT_EQ(reader.block_type().form, BlockType::Form::empty);
  EXPECT_EQ(reader.block_type().result, kF64);
  EXPECT_EQ(reader.block_type().type_index, 64U);
}

/// Immediates that are as long as they can be, by kind.
Bytes longest_immediates(Immediate kind) {
  Bytes index = {0x81, 0x80, 0x80, 0x80, 0x00};
  switch (kind) {
    case Immediate::none:
      return {};
    case Immediate::block_type:
      return {0xC0, 0x80, 0x80, 0x80, 0x00};
    case Immediate::br_table:
      return bytes(2, index, index, index);
    case Immediate::select_types:
      return bytes(2, kTypeI32, kTypeFuncRef);
    case Immediate::heap_type:
      return {kTypeExternRef};
    case Immediate::call_indirect:
    case Immediate::table_init:
    case Immediate::table_copy:
    case Immediate::memory_init:
    case Immediate::memory_copy:
    case Immediate::field:
    case Immediate::array_fixed:
    case Immediate::array_data:
    case Immediate::array_elem:
    case Immediate::array_copy:
      return bytes(index, index);
    case Immediate::br_on_cast:
      return bytes(3, index, index, kTypeFuncRef);
    case Immediate::try_table:
      return bytes(index, 2, 1, index, index, 3, index);
    case Immediate::memarg1:
    case Immediate::memarg2:
    case Immediate::memarg4:
    case Immediate::memarg8:
    case Immediate::memarg16:
      return bytes(0x40, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F);
    case Immediate::memarg1_lane:
    case Immediate::memarg2_lane:
    case Immediate::memarg4_lane:
    case Immediate::memarg8_lane:
      return bytes(0x40, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1);
    case Immediate::lane2:
    case Immediate::lane4:
    case Immediate::lane8:
    case Immediate::lane16:
    case Immediate::zero_byte:
      return {0};
    case Immediate::shuffle:
    case Immediate::v128:
      return Bytes(16, 31);
    case Immediate::i64:
      return {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F};
    case Immediate::f32:
      return Bytes(4, 0xFF);
    case Immediate::f64:
      return Bytes(8, 0xFF);
    default:
      return index;
  }
}

TEST(CodeReader, SkipsTheImmediatesOfEveryOpcode) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto op = static_cast<Opcode>(i);
    const Bytes code = longest_immediates(info(op).immediate);
    CodeReader reader(code.data());
    reader.skip_immediates(op);
    EXPECT_EQ(reader.position(), code.data() + code.size()) << text_name(op);
  }
}

}  // namespace
}  // namespace wasmjet::test
