#include "jit/x64/macro_assembler.hpp"

#include <gtest/gtest.h>

namespace wasmjet::jit::x64 {
namespace {

class ZeroFlagTest : public ::testing::Test {
 protected:
  ZeroFlagTest() { masm.begin_function(100, false); }

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
  CodeRegion region{16 << 20};
  Emission emission;
  MacroAssembler masm{region, emission, CpuFeatures::complete(), {}};
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

}  // namespace
}  // namespace wasmjet::jit::x64
