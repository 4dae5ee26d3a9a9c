#include "jit/x64/macro_assembler.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace wasmjet::jit::x64 {
namespace {

class MacroAssemblerTest : public ::testing::Test {
 protected:
  MacroAssemblerTest() { masm.begin_function(100, false); }

  CodeRegion region{16 << 20};
  Emission emission;
  MacroAssembler masm{region, emission, CpuFeatures::complete(), {}};
};

class ZeroFlagTest : public MacroAssemblerTest {
 protected:
  /// rsi += 1
  void add() { masm.integer_binary(Opcode::i32_add, kRsi, kRsi, Operand::immediate(1)); }
  /// How many bytes it takes to find out whether rsi is zero.
  std::uint32_t bytes_of_test() {
    const std::uint32_t before = masm.position();
    masm.test(false, kRsi, Operand::of(kRsi));
    return masm.position() - before;
  }

  static constexpr Reg kRsi = Abi::kIntArguments[1];
  static constexpr Reg kRdi = Abi::kIntArguments[0];
};

TEST_F(ZeroFlagTest, FlagsOfAnOperationTellWhetherItsResultIsZero) {
  EXPECT_NE(bytes_of_test(), 0U);
  add();
  EXPECT_EQ(bytes_of_test(), 0U);
  masm.store_frame(-8, kRsi, ValKind::i32);  // leaves the flags as they are
  EXPECT_EQ(bytes_of_test(), 0U);
}

TEST_F(ZeroFlagTest, FlagsTellOfOneRegisterAndWidth) {
  add();
  const std::uint32_t before = masm.position();
  masm.test(true, kRsi, Operand::of(kRsi));
  EXPECT_NE(masm.position(), before);
  add();
  masm.test(false, kRdi, Operand::of(kRdi));
  EXPECT_NE(bytes_of_test(), 0U);
}

TEST_F(ZeroFlagTest, ComparingWithZeroSetsAllFlags) {
  add();
  const std::uint32_t before = masm.position();
  masm.compare(false, kRsi, Operand::immediate(0));
  EXPECT_NE(masm.position(), before);
}

TEST_F(ZeroFlagTest, WhoJumpsHereBringsOtherFlags) {
  add();
  masm.bind(masm.new_label());
  EXPECT_NE(bytes_of_test(), 0U);
}

TEST_F(ZeroFlagTest, CodeThatIsTakenBackTellsNothing) {
  add();
  masm.take_back(masm.position());
  EXPECT_NE(bytes_of_test(), 0U);
  add();
  masm.begin_function(100, false);
  EXPECT_NE(bytes_of_test(), 0U);
}

class NearJumpTest : public MacroAssemblerTest {
 protected:
  void fill(unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) masm.return_without_frame();  // a byte each
  }
  std::uint8_t code(std::uint32_t at) const { return region.data()[at]; }
};

TEST_F(NearJumpTest, AllJumpsToALabelAreLinked) {
  const Label label = masm.new_label();
  const std::uint32_t begin = masm.position();
  masm.jump_if(Cond::eq, label.near());
  fill(100);
  masm.jump(label.near());
  masm.jump(label);  // the long form, in between
  fill(3);
  masm.jump_if(Cond::ne, label.near());
  fill(10);
  masm.bind(label);
  EXPECT_EQ(masm.position() - begin, 2 + 100 + 2 + 5 + 3 + 2 + 10U);
  EXPECT_EQ(code(begin + 1), 122);
  EXPECT_EQ(code(begin + 103), 20);
  EXPECT_EQ(code(begin + 105), 15);
  EXPECT_EQ(code(begin + 113), 10);
}

TEST_F(NearJumpTest, ReachesAsFarAsAByteCanTell) {
  const Label near_enough = masm.new_label(), too_far = masm.new_label();
  masm.jump(near_enough.near());
  fill(127);
  masm.bind(near_enough);
  masm.jump(too_far.near());
  fill(128);
  EXPECT_THROW(masm.bind(too_far), OutOfReach);
}

TEST_F(NearJumpTest, TwoThatAreTooFarApart) {
  const Label label = masm.new_label();
  masm.jump(label.near());
  fill(300);
  EXPECT_THROW(masm.jump(label.near()), OutOfReach);
}

class JumpTableTest : public MacroAssemblerTest {};

TEST_F(JumpTableTest, JumpsByOneTableEndAtDifferentPlacesOfSixteen) {
  const Label target = masm.new_label();
  const std::vector<Label> targets(5, target);
  const std::uint32_t table = masm.jump_table(targets), other = masm.jump_table(targets);
  for (int round = 0; round < 3; ++round) {
    std::set<std::uint32_t> ends;
    for (int jump = 0; jump < 16; ++jump) {
      masm.jump_by_table(Abi::kIntArguments[jump % 6], Abi::kIntScratch[1], table);
      ends.insert(masm.position() % 16);
      masm.jump_by_table(Abi::kIntArguments[0], Abi::kIntArguments[1], other);
    }
    EXPECT_EQ(ends.size(), 16U);
  }
  masm.bind(target);
  masm.end_function();
  ASSERT_EQ(emission.tables.size(), 2U);
  EXPECT_EQ(emission.tables[1].code_offset - emission.tables[0].code_offset, 5 * 8U);
}

}  // namespace
}  // namespace wasmjet::jit::x64
