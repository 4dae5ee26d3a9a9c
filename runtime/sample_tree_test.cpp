#include "runtime/sample_tree.hpp"

#include <gtest/gtest.h>

namespace wasmjet {
namespace {

const std::uint8_t* at(std::uintptr_t address) { return reinterpret_cast<const std::uint8_t*>(address); }

/// A stack of `depth` frames, innermost at address 1.
RawBacktrace stack_of(std::uint64_t depth) {
  RawBacktrace stack;
  for (std::uint64_t i = 1; i <= depth; ++i) stack.push({at(i), nullptr, i > 1, false});
  return stack;
}

std::vector<std::uintptr_t> path(const SampleTree& tree, std::uint32_t node) {
  std::vector<std::uintptr_t> addresses;
  for (; tree.nodes()[node].parent != node; node = tree.nodes()[node].parent) {
    addresses.push_back(reinterpret_cast<std::uintptr_t>(tree.nodes()[node].pc));
  }
  return addresses;
}

TEST(SampleTree, EqualStacksAreOneNode) {
  SampleTree tree(100, 10);
  const std::uint32_t node = tree.find_or_add(stack_of(3), nullptr);
  EXPECT_EQ(tree.find_or_add(stack_of(3), nullptr), node);
  EXPECT_EQ(path(tree, node), (std::vector<std::uintptr_t>{1, 2, 3}));
  EXPECT_EQ(tree.nodes()[node].kind, SampleKind::compiled);
  EXPECT_EQ(tree.nodes()[tree.nodes()[node].parent].kind, SampleKind::caller);
  EXPECT_NE(tree.find_or_add(stack_of(2), nullptr), node);
}

TEST(SampleTree, TheHostFunctionIsInnermost) {
  SampleTree tree(100, 10);
  const auto* const host = reinterpret_cast<const HostFunction*>(0x1000);
  const std::uint32_t node = tree.find_or_add(stack_of(1), host);
  EXPECT_EQ(tree.nodes()[node].kind, SampleKind::host);
  EXPECT_EQ(path(tree, node), (std::vector<std::uintptr_t>{0x1000, 1}));
}

TEST(SampleTree, CountsWaitingApart) {
  SampleTree tree(100, 10);
  const std::uint32_t node = tree.find_or_add(stack_of(1), nullptr);
  tree.count(node, 2, false, 1000);
  tree.count(node, 3, true, 500);
  EXPECT_EQ(tree.nodes()[node].running, 2u);
  EXPECT_EQ(tree.nodes()[node].blocked, 3u);
  ASSERT_EQ(tree.moments().size(), 5u);
  EXPECT_EQ(tree.moments()[0].microseconds, 1000u);
  EXPECT_EQ(tree.moments()[1].microseconds, 0u);
  EXPECT_EQ(tree.moments()[4].blocked, 1u);
}

TEST(SampleTree, DeepStacksLoseTheirMiddle) {
  SampleTree tree(1000, 10);
  const std::vector<std::uintptr_t> whole = path(tree, tree.find_or_add(stack_of(128), nullptr));
  EXPECT_EQ(whole.size(), 128u);
  EXPECT_EQ(whole.back(), 128u);
  const std::vector<std::uintptr_t> cut = path(tree, tree.find_or_add(stack_of(1000), nullptr));
  ASSERT_EQ(cut.size(), 129u);
  EXPECT_EQ(cut[63], 64u);
  EXPECT_EQ(cut[64], 0u);  // what stands for the frames left out
  EXPECT_EQ(cut[65], 937u);
  EXPECT_EQ(cut.back(), 1000u);
}

TEST(SampleTree, WithoutRoomSamplesAreStillCounted) {
  SampleTree tree(5, 1);
  EXPECT_NE(tree.find_or_add(stack_of(2), nullptr), SampleTree::kUnstored);
  const std::uint32_t node = tree.find_or_add(stack_of(3), nullptr);
  EXPECT_EQ(node, SampleTree::kUnstored);
  tree.count(node, 1, false, 0);
  tree.count(node, 1, false, 0);
  EXPECT_EQ(tree.nodes()[SampleTree::kUnstored].running, 2u);
  EXPECT_EQ(tree.moments().size(), 1u);
  EXPECT_EQ(tree.samples_without_moment(), 1u);
}

TEST(SampleTree, ManyStacks) {
  SampleTree tree(100'003, 1);
  for (std::uintptr_t i = 0; i < 50'000; ++i) {
    RawBacktrace stack;
    stack.push({at(0x1000 + i % 1000), nullptr, false, false});
    stack.push({at(0x100000 + i), nullptr, true, false});
    const std::uint32_t node = tree.find_or_add(stack, nullptr);
    ASSERT_NE(node, SampleTree::kUnstored);
    ASSERT_EQ(tree.find_or_add(stack, nullptr), node);
  }
  EXPECT_EQ(tree.nodes().size(), 100'003u);
}

}  // namespace
}  // namespace wasmjet
