#include "decoder/function_info.hpp"

#include "decoder/test_support.hpp"

// What validation finds out about a function for the compiler and the interpreter.
namespace wasmjet::test {
namespace {

using enum Opcode;
using testing::ElementsAre;

constexpr auto kEnd = Opcode::end;

/// One parameter (local 0) and `locals` declared ones, all i32.
FunctionInfo info_of(const Bytes& instructions, int locals = 3) {
  const Module module = decode_module(
      environment(func_type({kTypeI32}, {}), {bytes(locals, kTypeI32)}, bytes(instructions, kEnd)).build());
  return FunctionValidator(module).validate(1);
}

Bytes get(int local) { return bytes(local_get, local, drop); }
Bytes set(int local) { return bytes(i32_const, 1, local_set, local); }

std::vector<std::uint8_t> needs_zero(const Bytes& instructions) { return info_of(instructions).needs_zero; }

TEST(FunctionInfo, HoldsPositionAndLocals) {
  const Module module =
      decode_module(environment(func_type({kTypeI64}, {}), {bytes(1, kTypeF32)}, bytes(nop, kEnd)).build());
  const FunctionInfo info = FunctionValidator(module).validate(1);
  EXPECT_EQ(info.function, 1U);
  EXPECT_EQ(info.code_begin, module.bodies[0].begin + 3);
  EXPECT_EQ(info.code_end, info.code_begin + 2);
  EXPECT_EQ(info.code_end, module.bodies[0].begin + module.bodies[0].size);
  EXPECT_THAT(info.locals, ElementsAre(kI64, kF32));
}

TEST(FunctionInfo, IsFreshForEveryFunction) {
  const Module module = decode_module(
      environment(func_type({kTypeI32}, {}), {bytes(3, kTypeI32)},
                  bytes(loop, kNoResult, get(1), call, 0, kEnd, i32_const, 0, i32_load, 2, 0, drop, kEnd))
          .build());
  FunctionValidator validator(module);
  validator.validate(1);
  const FunctionInfo& info = validator.validate(3);
  EXPECT_TRUE(info.locals.empty() && info.local_weight.empty() && info.needs_zero.empty() &&
              info.loops.empty());
  EXPECT_FALSE(info.calls || info.has_loops || info.uses_memory);
  EXPECT_EQ(info.max_stack, 0U);
  EXPECT_EQ(info.max_control, 1U);
}

TEST(FunctionInfo, CountsUsesByLoopDepth) {
  EXPECT_THAT(info_of(bytes(get(0), set(1), i32_const, 1, local_tee, 1, drop)).local_weight,
              ElementsAre(1, 2, 0, 0));
  EXPECT_THAT(info_of(bytes(loop, kNoResult, get(0), loop, kNoResult, get(1), kEnd, get(2), kEnd, get(3)))
                  .local_weight,
              ElementsAre(8, 64, 8, 1));
  EXPECT_THAT(info_of(bytes(block, kNoResult, get(0), kEnd)).local_weight, ElementsAre(1, 0, 0, 0));
}

TEST(FunctionInfo, WeightsSaturate) {
  Bytes code;
  for (int i = 0; i < 10; ++i) append(code, bytes(loop, kNoResult));
  append(code, get(0));
  for (int i = 0; i < 20'000; ++i) append(code, get(1));
  for (int i = 0; i < 10; ++i) append(code, bytes(kEnd));
  EXPECT_THAT(info_of(code).local_weight, ElementsAre(262'144, 0xFFFFFFFF, 0, 0));
}

TEST(FunctionInfo, CountsNoUsesInUnreachableCode) {
  EXPECT_THAT(info_of(bytes(block, kNoResult, br, 0, get(0), loop, kNoResult, get(1), kEnd, kEnd, get(2)))
                  .local_weight,
              ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(
      info_of(bytes(i32_const, 1, if_, kNoResult, unreachable, get(0), else_, get(1), kEnd)).local_weight,
      ElementsAre(0, 1, 0, 0));
}

TEST(FunctionInfo, KnowsWhereALocalIsUsedLast) {
  const FunctionInfo info = info_of(bytes(get(0), i32_const, 1, local_tee, 1, drop, set(0)));
  EXPECT_THAT(info.last_use, ElementsAre(info.code_begin + 12, info.code_begin + 7, 0, 0));
}

TEST(FunctionInfo, LocalsThatAreReadFirstNeedZero) {
  EXPECT_THAT(needs_zero({}), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(needs_zero(bytes(get(0), get(1), set(2), get(2))), ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, local_tee, 1, local_set, 2)), ElementsAre(0, 0, 0, 0));
}

TEST(FunctionInfo, LocalsSetInLoopsAndBlocksNeedNoZero) {
  EXPECT_THAT(needs_zero(bytes(block, kNoResult, set(1), kEnd, get(1))), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(needs_zero(bytes(loop, kNoResult, set(1), i32_const, 1, br_if, 0, kEnd, get(1))),
              ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(needs_zero(bytes(loop, kNoResult, i32_const, 1, br_if, 0, set(1), kEnd, get(1))),
              ElementsAre(0, 0, 0, 0));
}

TEST(FunctionInfo, LocalsSetWhereABranchPassesByNeedZero) {
  const Bytes branch = bytes(i32_const, 1, br_if, 0);
  EXPECT_THAT(needs_zero(bytes(block, kNoResult, branch, set(1), kEnd, get(1))), ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(needs_zero(bytes(block, kNoResult, i32_const, 0, br_table, 0, 0, kEnd, set(1), get(1))),
              ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(needs_zero(bytes(block, kNoResult, set(1), branch, kEnd, set(2))), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(
      needs_zero(bytes(block, kNoResult, i32_const, 1, i32_const, 0, br_table, list({{0}}), 0, kEnd, set(1))),
      ElementsAre(0, 0, 0, 0));
}

TEST(FunctionInfo, LocalsSetInOneArmOfAnIfNeedZero) {
  const Bytes reads = bytes(get(1), get(2), get(3));
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, if_, kNoResult, set(1), else_, set(2), kEnd, set(3), reads)),
              ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, if_, kNoResult, block, kNoResult, set(1), kEnd, kEnd, get(1))),
              ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, if_, kNoResult, set(1), get(1), else_, set(2), get(2), kEnd)),
              ElementsAre(0, 0, 0, 0));
}

TEST(FunctionInfo, LocalsSetOnAllPathsNeedNoZero) {
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, if_, kNoResult, set(1), else_, set(1), kEnd, get(1))),
              ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(
      needs_zero(bytes(block, kNoResult, set(1), i32_const, 1, br_if, 0, set(2), kEnd, get(1), get(2))),
      ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, if_, kNoResult, set(1), else_, unreachable, kEnd, get(1))),
              ElementsAre(0, 0, 0, 0));
  // Around the loop again it has been set, but not the first time.
  EXPECT_THAT(needs_zero(bytes(loop, kNoResult, get(1), set(1), i32_const, 1, br_if, 0, kEnd)),
              ElementsAre(0, 1, 0, 0));
  // What is set before one of a br_table's branches is not before the others.
  EXPECT_THAT(needs_zero(bytes(block, kNoResult, block, kNoResult, i32_const, 0, br_table, list({{0}}), 1,
                               kEnd, set(1), kEnd, get(1))),
              ElementsAre(0, 1, 0, 0));
}

TEST(FunctionInfo, AnyNumberOfLocalsIsTold) {
  // From the 65th on, more may need a zero than do.
  const FunctionInfo info =
      info_of(bytes(set(10), set(74), set(90), get(74), get(26), get(91), get(10)), 100);
  for (const int local : {10, 74, 90}) EXPECT_EQ(info.needs_zero[local], 0) << local;
  for (const int local : {26, 91}) EXPECT_EQ(info.needs_zero[local], 1) << local;
}

TEST(FunctionInfo, LeavingTheFunctionPassesNothingBy) {
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, br_if, 0, set(1), get(1))), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, if_, kNoResult, return_, kEnd, set(1), get(1))),
              ElementsAre(0, 0, 0, 0));
}

TEST(FunctionInfo, UnreachableSetsDoNotCount) {
  EXPECT_THAT(needs_zero(bytes(block, kNoResult, br, 0, set(1), kEnd, get(1))), ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(needs_zero(bytes(i32_const, 1, if_, kNoResult, unreachable, set(1), kEnd, get(1))),
              ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(needs_zero(bytes(block, kNoResult, br, 0, get(1), kEnd, set(1), get(1))),
              ElementsAre(0, 0, 0, 0));
}

TEST(FunctionInfo, LoopsKnowTheLocalsTheyUse) {
  const FunctionInfo info = info_of(bytes(get(3), loop, kNoResult, get(0), loop, kNoResult, set(1), kEnd,
                                          kEnd, loop, kNoResult, set(2), kEnd));
  ASSERT_EQ(info.loops.size(), 3U);
  EXPECT_EQ(info.loops[0].reads, 0b0001U);
  EXPECT_EQ(info.loops[0].writes, 0b0010U) << "nested loops count";
  EXPECT_EQ(info.loops[1].reads, 0U);
  EXPECT_EQ(info.loops[1].writes, 0b0010U);
  EXPECT_EQ(info.loops[2].writes, 0b0100U);
  EXPECT_TRUE(info.has_loops);
}

TEST(FunctionInfo, LoopsUseLocalsModulo64) {
  const Module module = decode_module(
      environment(func_type({}, {}), {bytes(100, kTypeI32)}, bytes(loop, kNoResult, get(65), kEnd, kEnd))
          .build());
  EXPECT_EQ(FunctionValidator(module).validate(1).loops[0].reads, 0b10U);
}

TEST(FunctionInfo, LoopsKnowTheirCalls) {
  const FunctionInfo info = info_of(bytes(loop, kNoResult, kEnd, loop, kNoResult, loop, kNoResult, call, 0,
                                          kEnd, kEnd, loop, kNoResult, kEnd));
  ASSERT_EQ(info.loops.size(), 4U);
  EXPECT_FALSE(info.loops[0].calls);
  EXPECT_TRUE(info.loops[1].calls);
  EXPECT_TRUE(info.loops[2].calls);
  EXPECT_FALSE(info.loops[3].calls);
  EXPECT_TRUE(info.calls);
}

TEST(FunctionInfo, KnowsWhatRunsHostCode) {
  const Bytes zero = bytes(i32_const, 0);
  const Bytes zeros = bytes(zero, zero, zero);
  EXPECT_TRUE(info_of(bytes(zero, call_indirect, 1, 0)).calls);
  EXPECT_TRUE(info_of(bytes(zero, memory_grow, 0, drop)).calls);
  EXPECT_TRUE(info_of(bytes(zeros, memory_fill, 0)).calls);
  EXPECT_TRUE(info_of(bytes(zeros, memory_copy, 0, 0)).calls);
  EXPECT_TRUE(info_of(bytes(zeros, memory_init, 0, 0)).calls);
  EXPECT_TRUE(info_of(bytes(data_drop, 0)).calls);
  EXPECT_TRUE(info_of(bytes(elem_drop, 0)).calls);
  EXPECT_TRUE(info_of(bytes(ref_null, kTypeFuncRef, zero, table_grow, 0, drop)).calls);
  EXPECT_TRUE(info_of(bytes(zero, ref_null, kTypeFuncRef, zero, table_fill, 0)).calls);
  EXPECT_TRUE(info_of(bytes(zeros, table_copy, 0, 0)).calls);
  EXPECT_TRUE(info_of(bytes(zeros, table_init, 0, 0)).calls);
  EXPECT_FALSE(info_of(bytes(memory_size, 0, drop, table_size, 0, drop, zero, table_get, 0, drop)).calls);
}

TEST(FunctionInfo, KnowsWhatCallsItself) {
  EXPECT_TRUE(info_of(bytes(i32_const, 0, call, 1)).calls_itself);
  EXPECT_FALSE(info_of(bytes(call, 0)).calls_itself);
}

TEST(FunctionInfo, KnowsWhatUsesMemory) {
  const Bytes zero = bytes(i32_const, 0);
  EXPECT_TRUE(info_of(bytes(zero, i64_load32_u, 2, 0, drop)).uses_memory);
  EXPECT_TRUE(info_of(bytes(zero, zero, i32_store8, 0, leb(1'000'000'000))).uses_memory);
  EXPECT_TRUE(info_of(bytes(zero, zero, zero, memory_fill, 0)).uses_memory);
  EXPECT_FALSE(info_of(bytes(memory_size, 0, drop)).uses_memory);
}

TEST(FunctionInfo, MeasuresStacks) {
  EXPECT_EQ(info_of(bytes(i32_const, 1, i32_const, 2, i32_add, i32_const, 3, i32_add, drop)).max_stack, 2U);
  EXPECT_EQ(
      info_of(bytes(i32_const, 1, block, 3, i32_const, 1, i64_const, 1, kEnd, drop, drop, drop)).max_stack,
      3U);
  EXPECT_EQ(info_of(bytes(block, kNoResult, loop, kNoResult, kEnd, kEnd, block, kNoResult, kEnd)).max_control,
            3U);
}

TEST(FunctionInfo, MeasuresHighStacks) {
  Bytes code;
  for (int i = 0; i < 20'000; ++i) append(code, bytes(local_get, 0));
  append(code, bytes(unreachable));
  EXPECT_EQ(info_of(code).max_stack, 20'000U);
}

/// The numbers of blocks that have tails, and where these begin.
std::vector<std::pair<std::uint32_t, std::uint32_t>> tails(const Bytes& instructions) {
  const FunctionInfo info = info_of(instructions);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> result;
  for (std::uint32_t number = 0; number < info.blocks.size(); ++number) {
    const std::uint32_t tail = info.blocks[number].tail;
    if (tail != 0) result.emplace_back(number, tail - info.code_begin);
  }
  return result;
}

TEST(FunctionInfo, NotesBlocksThatLittleFollows) {
  using testing::Pair;
  // block end local.get drop | loop block end br 0 end
  EXPECT_THAT(tails(bytes(block, kNoResult, kEnd, get(0))), ElementsAre(Pair(1, 3))) << "the function ends";
  EXPECT_THAT(tails(bytes(block, kNoResult, kEnd, get(0), return_)), ElementsAre(Pair(1, 3)));
  EXPECT_THAT(tails(bytes(loop, kNoResult, block, kNoResult, kEnd, get(0), br, 0, kEnd)),
              ElementsAre(Pair(2, 5)))
      << "a loop's start; behind the loop there is no block";
  EXPECT_THAT(tails(bytes(block, kNoResult, block, kNoResult, kEnd, br, 0, kEnd)), ElementsAre(Pair(1, 8)))
      << "br 0 leads to no loop";
  EXPECT_THAT(tails(bytes(block, kNoResult, kEnd, get(0), get(0), get(0), get(0), get(0), get(0))),
              ElementsAre())
      << "18 bytes";
  EXPECT_THAT(tails(bytes(block, kTypeI32, i32_const, 1, kEnd, drop)), ElementsAre()) << "it has a result";
  EXPECT_THAT(tails(bytes(i32_const, 1, if_, kTypeI32, i32_const, 1, else_, i32_const, 2, kEnd, drop)),
              ElementsAre(Pair(1, 10)))
      << "of an if";
  EXPECT_THAT(tails(bytes(loop, kNoResult, block, kNoResult, kEnd, br, 0, kEnd, block, kNoResult, kEnd)),
              ElementsAre(Pair(2, 5), Pair(3, 11)));
}

TEST(FunctionInfo, MeasuresBlocks) {
  using testing::Pair;
  const auto blocks = [](const Bytes& instructions) {
    const FunctionInfo info = info_of(instructions);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> result;
    result.reserve(info.blocks.size());
    for (const BlockExtent& block : info.blocks)
      result.emplace_back(block.end - info.code_begin, block.calls);
    return result;
  };
  EXPECT_THAT(blocks(bytes(nop)), ElementsAre(Pair(2, 0)));
  // block loop end if data.drop else end data.drop end block end
  EXPECT_THAT(blocks(bytes(block, kNoResult, loop, kNoResult, kEnd, i32_const, 1, if_, kNoResult, data_drop,
                           0, else_, kEnd, data_drop, 0, kEnd, block, kNoResult, kEnd)),
              ElementsAre(Pair(22, 2), Pair(18, 2), Pair(5, 0), Pair(14, 1), Pair(21, 0)));
  EXPECT_THAT(blocks(bytes(unreachable, block, kNoResult, data_drop, 0, kEnd)),
              ElementsAre(Pair(8, 1), Pair(7, 1)))
      << "also where nothing is reached";
}

TEST(FunctionInfo, KnowsLoops) {
  const auto loops = [](const Bytes& instructions) { return info_of(instructions).loops; };
  const Bytes zero = bytes(i32_const, 0);
  const std::vector<LoopInfo> nested =
      loops(bytes(loop, kNoResult, loop, kNoResult, zero, br_table, 1, 0, 0, kEnd, kEnd));
  EXPECT_TRUE(nested[0].nests);
  EXPECT_FALSE(nested[0].dispatches);
  EXPECT_FALSE(nested[1].nests);
  EXPECT_TRUE(nested[1].dispatches);
}

}  // namespace
}  // namespace wasmjet::test
