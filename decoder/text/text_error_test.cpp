#include "decoder/text/text_error.hpp"

#include "decoder/text/text_test_support.hpp"
#include "decoder/utf8.hpp"

namespace wasmjet::test {
namespace {

using ::testing::Le;
using ::testing::Lt;
using text::TextError;

TEST(TextError, SaysWhereAndShowsTheLine) {
  const std::string source = "(module\r\n  (func foo)\r\n)";
  const TextError error(ModuleErrorKind::malformed, source, source.find("foo"), "no foo");
  EXPECT_EQ(error.line(), 2U);
  EXPECT_EQ(error.column(), 9U);
  EXPECT_EQ(error.source_line(), "(func foo)");
  EXPECT_EQ(error.text_message(), "2:9: malformed: no foo, in: (func foo)");
}

TEST(TextError, CountsCharacters) {
  const std::string source = "\"\xC3\xA4\xE2\x82\xAC\" x";
  EXPECT_EQ(TextError(ModuleErrorKind::malformed, source, source.find('x'), "").column(), 6U);
}

TEST(TextError, CutsLongLinesAroundTheError) {
  std::string source;
  for (int i = 0; i < 1000; ++i) source += "\xC3\xA4 ";
  const TextError error(ModuleErrorKind::malformed, source + "here" + source, source.size(), "");
  EXPECT_THAT(error.source_line().size(), Le(120U));
  EXPECT_THAT(error.source_line().find("here"), Lt(120U));
  const std::string& shown = error.source_line();
  EXPECT_TRUE(is_utf8({reinterpret_cast<const std::uint8_t*>(shown.data()), shown.size()}));
}

TEST(TextError, AtTheEnd) {
  EXPECT_EQ(TextError(ModuleErrorKind::malformed, "", 0, "x").text_message(), "1:1: malformed: x");
  EXPECT_EQ(TextError(ModuleErrorKind::malformed, "a\n", 2, "x").text_message(), "2:1: malformed: x");
}

}  // namespace
}  // namespace wasmjet::test
