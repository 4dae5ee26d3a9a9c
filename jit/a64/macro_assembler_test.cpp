#include "jit/a64/macro_assembler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "jit/a64/instruction_decoder.hpp"

namespace wasmjet::jit::a64 {
namespace {

using ::testing::ElementsAre;

/// A macro-assembler, and what it has emitted.
class MacroAssemblerTest : public ::testing::Test {
 protected:
  MacroAssemblerTest() { masm.begin_function(100, false); }

  std::vector<std::uint32_t> words() {
    std::vector<std::uint32_t> all(masm.position() / 4);
    std::memcpy(all.data(), region.data(), all.size() * 4);
    return all;
  }
  std::vector<std::string> text() {
    const auto decoder = make_decoder();
    std::vector<std::string> lines;
    for (std::uint32_t at = 0; at < masm.position(); at += 4) {
      const DecodedInstruction decoded = decoder->decode({region.data(), masm.position()}, at);
      lines.push_back(decoded.text);
      if (decoded.target) lines.back() += " " + std::to_string((*decoded.target - at) / 4);
    }
    return lines;
  }
  void start_again() {
    masm.take_back(0);
    masm.begin_function(100, false);
  }

  CodeRegion region{16 << 20};
  Emission emission;
  MacroAssembler masm{region, emission, {}};
};

/// DecodeBitMasks of the architecture's manual, for the immediates of and, orr and eor.
std::uint64_t logical_immediate(std::uint32_t word) {
  const bool wide = word >> 31 != 0;
  const unsigned n = word >> 22 & 1, rotation = word >> 16 & 63, ones = word >> 10 & 63;
  const unsigned length = static_cast<unsigned>(std::bit_width(n << 6 | (~ones & 63))) - 1;
  const unsigned size = 1U << length, levels = size - 1;
  const unsigned s = ones & levels, r = rotation & levels;
  const std::uint64_t element = s + 1 == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (s + 1)) - 1;
  const std::uint64_t mask = size == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1;
  const std::uint64_t rotated = r == 0 ? element : ((element >> r) | (element << (size - r))) & mask;
  std::uint64_t result = 0;
  for (unsigned at = 0; at < 64; at += size) result |= rotated << at;
  return wide ? result : static_cast<std::uint32_t>(result);
}

/// What the register holds behind a sequence of movz, movn, movk and orr.
std::uint64_t value_of(const std::vector<std::uint32_t>& words) {
  std::uint64_t value = 0xBAD;
  for (const std::uint32_t word : words) {
    const bool wide = word >> 31 != 0;
    const unsigned shift = 16 * (word >> 21 & 3);
    const std::uint64_t part = std::uint64_t{word >> 5 & 0xFFFF} << shift;
    switch (word >> 23 & 0x3F) {
      case 0x24:  // orr, from the zero register
        EXPECT_EQ(word >> 5 & 31, 31U);
        value = logical_immediate(word);
        break;
      case 0x25:
        switch (word >> 29 & 3) {
          case 0:
            value = ~part;
            break;
          case 2:
            value = part;
            break;
          default:
            value = (value & ~(std::uint64_t{0xFFFF} << shift)) | part;
        }
        break;
      default:
        ADD_FAILURE() << "neither a move nor orr: " << std::hex << word;
    }
    if (!wide) value = static_cast<std::uint32_t>(value);
  }
  return value;
}

std::vector<std::uint64_t> interesting_constants() {
  std::vector<std::uint64_t> all = {0,          1,          0xFFFF,     0x10000,
                                    0xFFFFFFFF, 0xFFFFFFFE, 0xFFFF0000, ~std::uint64_t{0}};
  for (unsigned length = 1; length < 64; ++length) {
    for (unsigned rotation = 0; rotation < 64; ++rotation) {
      all.push_back(std::rotr((std::uint64_t{1} << length) - 1, static_cast<int>(rotation)));
      all.push_back(static_cast<std::uint32_t>(all.back()));
    }
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::uint64_t value = random();
    const std::uint64_t chunks = random();  // some chunks of zeros, some of ones
    for (unsigned chunk = 0; chunk < 4; ++chunk) {
      const std::uint64_t mask = std::uint64_t{0xFFFF} << (16 * chunk);
      if ((chunks >> (2 * chunk) & 3) == 0) value &= ~mask;
      if ((chunks >> (2 * chunk) & 3) == 1) value |= mask;
    }
    all.push_back(value);
  }
  return all;
}

TEST_F(MacroAssemblerTest, ConstantsAreWhatTheyShouldBe) {
  for (const std::uint64_t bits : interesting_constants()) {
    start_again();
    masm.constant(x(3), bits, ValKind::i64);
    ASSERT_EQ(value_of(words()), bits);
    ASSERT_LE(words().size(), 4U);
  }
}

TEST_F(MacroAssemblerTest, LogicalImmediates) {
  std::size_t immediates = 0;
  for (const std::uint64_t bits : interesting_constants()) {
    const auto value = static_cast<std::int32_t>(bits);
    for (const bool wide : {false, true}) {
      start_again();
      masm.integer_binary(wide ? Opcode::i64_or : Opcode::i32_or, x(1), x(2), Operand::immediate(value));
      const std::vector<std::uint32_t> code = words();
      if (code.size() != 1 || (code[0] >> 23 & 0x3F) != 0x24) continue;
      ++immediates;
      const std::uint64_t expected =
          wide ? static_cast<std::uint64_t>(std::int64_t{value}) : static_cast<std::uint32_t>(value);
      ASSERT_EQ(logical_immediate(code[0]), expected);
    }
  }
  EXPECT_GT(immediates, 1000U);
}

TEST_F(MacroAssemblerTest, EveryIndexIsExtended) {
  const MemoryOperand plain{x(5), 0, {}}, near_offset{x(5), 24, {}}, odd{x(5), 1001, {}},
      far_offset{x(5), 0x12340, {}}, huge{x(5), 0xFFFFFFF0, {}};
  masm.load_memory(Opcode::i64_load, x(6), plain);
  masm.load_memory(Opcode::i64_load, x(6), near_offset);
  masm.load_memory(Opcode::i64_load, x(6), odd);
  masm.load_memory(Opcode::f32_load, v(6), far_offset);
  masm.load_memory(Opcode::i32_load8_s, x(6), huge);
  EXPECT_THAT(text(), ElementsAre("ldr x6, [x27, w5, uxtw]",                         //
                                  "add x16, x27, w5, uxtw", "ldr x6, [x16, #0x18]",  //
                                  "add x16, x16, #0x3e9", "ldr x6, [x16]",           //
                                  "add x16, x27, w5, uxtw", "add x16, x16, #0x12, lsl #12",
                                  "ldr s6, [x16, #0x340]",  //
                                  "movn w16, #0xf", "add x16, x16, w5, uxtw", "ldrsb w6, [x27, x16]"));
}

TEST_F(MacroAssemblerTest, WhoOverwritesTheTestedRegisterMakesFlagsFirst) {
  const Label label = masm.new_label();
  masm.compare(false, x(1), Operand::immediate(0));
  masm.move(x(2), x(3), ValKind::i64);
  masm.jump_if(Cond::ne, label);
  masm.compare(true, x(1), Operand::immediate(0));
  masm.move(x(1), x(3), ValKind::i64);
  masm.jump_if(Cond::ne, label);
  masm.test(false, x(1), Operand::immediate(64));
  masm.load_frame(x(1), -8, ValKind::i32);
  masm.jump_if(Cond::eq, label);
  masm.bind(label);
  EXPECT_THAT(text(), ElementsAre("mov x2, x3", "cbnz w1, 7",            //
                                  "cmp x1, #0", "mov x1, x3", "b.ne 4",  //
                                  "tst w1, #0x40", "ldur w1, [x29, #-8]", "b.eq 1"));
}

TEST_F(MacroAssemblerTest, FlagsAreReadOnceOnlyIfThereAreAny) {
  const Label label = masm.new_label();
  masm.compare(false, x(1), Operand::immediate(0));
  masm.jump_if(Cond::eq, label);
  EXPECT_THROW(masm.jump_if(Cond::eq, label), std::logic_error);
}

/// A jump that cannot reach its label is never left as it is.
TEST_F(MacroAssemblerTest, JumpsThatDoNotReachAreRefused) {
  const auto emit_and_bind_behind = [&](std::uint32_t bytes) {
    const Label label = masm.new_label();
    masm.test(false, x(1), Operand::immediate(4));
    masm.jump_if(Cond::ne, label);
    for (std::uint32_t at = 0; at < bytes; at += 4) masm.move(x(2), x(3), ValKind::i64);
    masm.bind(label);
  };
  emit_and_bind_behind(32'764 - 4);  // near: tbnz
  EXPECT_EQ(text().front(), "tbnz w1, #2, 8191");
  start_again();
  EXPECT_THROW(emit_and_bind_behind(32'764), OutOfReach);

  masm.take_back(0);
  masm.reach_further();
  masm.begin_function(100, false);
  emit_and_bind_behind((1 << 20) - 8);  // middle: b.cond
  EXPECT_EQ(text()[1], "b.ne 262143");
  masm.take_back(0);
  masm.begin_function(100, false);
  EXPECT_THROW(emit_and_bind_behind(1 << 20), OutOfReach);

  masm.take_back(0);
  masm.reach_further();
  masm.begin_function(100, false);
  emit_and_bind_behind(1 << 20);  // far: over a jump
  EXPECT_EQ(text()[1], "b.eq 2");
  EXPECT_EQ(text()[2], "b 262145");
}

TEST_F(MacroAssemblerTest, JumpsBackwards) {
  const Label label = masm.new_label();
  masm.bind(label);
  for (int i = 0; i < 8192; ++i) masm.move(x(2), x(3), ValKind::i64);
  masm.test(false, x(1), Operand::immediate(4));
  masm.jump_if(Cond::eq, label);
  for (int i = 0; i < 8191; ++i) masm.move(x(2), x(3), ValKind::i64);
  masm.test(false, x(1), Operand::immediate(4));
  masm.jump_if(Cond::eq, label);
  const std::vector<std::string> code = text();
  EXPECT_EQ(code[8192], "tbz w1, #2, -8192");
  EXPECT_EQ(code[16384], "tst w1, #4");
  EXPECT_EQ(code[16385], "b.eq -16385");
}

/// The encoder refuses what does not exist; it would otherwise be left out of the code.
TEST_F(MacroAssemblerTest, ImpossibleInstructionsAreNotLeftOut) {
  EXPECT_THROW(masm.insert_field(false, x(1), x(2), 40, 8), std::logic_error);
}

}  // namespace
}  // namespace wasmjet::jit::a64
