#include "cli/profile/profile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/profile/test_profile.hpp"

namespace wasmjet::cli::profile {
namespace {

using ::testing::ElementsAre;

TEST(Profile, TotalsIncludeCallees) {
  const Profile profile = small_profile();
  EXPECT_EQ(profile.running(), 100u);
  EXPECT_EQ(profile.nodes[1].total, 100u);
  EXPECT_EQ(profile.nodes[2].total, 88u);
  EXPECT_EQ(profile.nodes[3].total, 28u);
}

TEST(Profile, RecursionCountsOnceInAFunctionsTotal) {
  const std::vector<FunctionTime> times = function_times(small_profile());
  ASSERT_EQ(times.size(), 3u);
  EXPECT_EQ(times[0].function, 1u);
  EXPECT_EQ(times[0].self, 80u);
  EXPECT_EQ(times[0].total, 88u);
  EXPECT_EQ(times[1].function, 0u);
  EXPECT_EQ(times[1].total, 100u);
  EXPECT_EQ(times[2].self, 10u);
  EXPECT_EQ(times[2].total, 10u);
  EXPECT_EQ(times[2].blocked, 5u);
}

TEST(Profile, SharesTellGuestFromHost) {
  const Shares parts = shares(small_profile());
  EXPECT_EQ(parts.guest, 90u);
  EXPECT_EQ(parts.host, 10u);
}

TEST(Profile, ChildrenComeByTheirTotals) {
  const Profile profile = small_profile();
  EXPECT_THAT(children_of(profile.nodes)[1], ElementsAre(2, 5));
}

TEST(Profile, NothingIsNoPercent) {
  EXPECT_EQ(percent(0, 0), 0);
  EXPECT_EQ(Profile{}.running(), 0u);
  EXPECT_TRUE(function_times(Profile{}).empty());
}

}  // namespace
}  // namespace wasmjet::cli::profile
