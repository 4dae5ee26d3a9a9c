#include "cli/counts/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wasmjet::cli {
namespace {

using testing::HasSubstr;

std::string refusal(const Arguments& arguments) {
  try {
    parse_profile_options(arguments);
  } catch (const UsageError& error) {
    return error.message;
  }
  return "";
}

TEST(CountSelection, IsAListOfNames) {
  const CountSelection some = counts::parse_selection("memory,calls");
  EXPECT_TRUE(some.calls && some.memory);
  EXPECT_FALSE(some.loops || some.opcodes || some.branches);
  EXPECT_TRUE(counts::parse_selection("opcodes,loops,branches,opcodes").branches);
  for (const char* wrong : {"", "calls,", ",calls", "Calls", "calls loops"}) {
    EXPECT_THROW(counts::parse_selection(wrong), UsageError) << wrong;
  }
}

TEST(CountSelection, ChoosesTheTier) {
  EXPECT_EQ(parse_profile_options({"m"}).run.tier, Tier::automatic);
  EXPECT_EQ(parse_profile_options({"--count=calls", "m"}).run.tier, Tier::counting);
  EXPECT_EQ(parse_profile_options({"--coverage=f", "--tier=interp", "m"}).run.tier, Tier::counting);
  EXPECT_THAT(refusal({"--count=calls", "--tier=jit", "m"}), HasSubstr("compiled code counts nothing"));
}

TEST(CountSelection, RefusesWhatIsForSamples) {
  EXPECT_THAT(refusal({"--count=calls", "--flamegraph=f", "m"}), HasSubstr("are for samples"));
  EXPECT_THAT(refusal({"--coverage=f", "--annotate=g", "m"}), HasSubstr("are for samples"));
  EXPECT_THAT(refusal({"--count=calls", "--format=firefox", "m"}), HasSubstr("text or json"));
  EXPECT_THAT(refusal({"--coverage=f", "--top=3", "m"}), HasSubstr("add --count"));
  EXPECT_EQ(refusal({"--count=calls", "--coverage=f", "--top=3", "--format=json", "-o", "r", "m"}), "");
}

}  // namespace
}  // namespace wasmjet::cli
