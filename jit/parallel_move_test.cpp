#include "jit/parallel_move.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace wasmjet::jit {
namespace {

/// Interprets moves on a map of registers.
struct FakeMasm {
  std::map<unsigned, unsigned> registers;
  unsigned instructions = 0;

  FakeMasm() {
    for (unsigned i = 0; i < 16; ++i) registers[i] = i;
  }
  void move(Reg to, Reg from, ValKind) {
    registers[to.code()] = registers[from.code()];
    ++instructions;
  }
  void exchange(Reg a, Reg b) {
    std::swap(registers[a.code()], registers[b.code()]);
    ++instructions;
  }
};

FakeMasm run(const std::vector<std::pair<unsigned, unsigned>>& moves) {
  ParallelMove parallel;
  for (const auto& [to, from] : moves) parallel.add(Reg::integer(to), Reg::integer(from), ValKind::i64);
  FakeMasm masm;
  parallel.emit(masm);
  return masm;
}

TEST(ParallelMove, MovesToItselfCostNothing) { EXPECT_EQ(run({{1, 1}, {2, 2}}).instructions, 0U); }

TEST(ParallelMove, ChainIsEmittedFromItsEnd) {
  const FakeMasm masm = run({{1, 0}, {2, 1}, {3, 2}});
  EXPECT_EQ(masm.instructions, 3U);
  EXPECT_EQ(masm.registers.at(1), 0U);
  EXPECT_EQ(masm.registers.at(2), 1U);
  EXPECT_EQ(masm.registers.at(3), 2U);
}

TEST(ParallelMove, CycleOfThreeTakesTwoExchanges) {
  const FakeMasm masm = run({{0, 1}, {1, 2}, {2, 0}});
  EXPECT_EQ(masm.instructions, 2U);
  EXPECT_EQ(masm.registers.at(0), 1U);
  EXPECT_EQ(masm.registers.at(1), 2U);
  EXPECT_EQ(masm.registers.at(2), 0U);
}

TEST(ParallelMove, OneSourceServesMany) {
  const FakeMasm masm = run({{0, 1}, {1, 0}, {2, 0}, {3, 0}});
  EXPECT_EQ(masm.registers.at(0), 1U);
  for (const unsigned to : {1U, 2U, 3U}) EXPECT_EQ(masm.registers.at(to), 0U);
}

TEST(ParallelMove, RandomMovesHappenAtOnce) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::pair<unsigned, unsigned>> moves;
    for (unsigned to = 0; to < 16; ++to) {
      if (random() % 3 != 0) moves.emplace_back(to, random() % 16);
    }
    std::shuffle(moves.begin(), moves.end(), random);
    const FakeMasm masm = run(moves);
    for (const auto& [to, from] : moves) EXPECT_EQ(masm.registers.at(to), from) << "round " << round;
  }
}

}  // namespace
}  // namespace wasmjet::jit
