#include "decoder/text/lexer.hpp"

#include "decoder/text/text_test_support.hpp"

namespace wasmjet::test {
namespace {

using text::id_value;
using text::string_value;
using text::Token;
using text::tokenize;
using text::TokenKind;

/// The tokens but for the end, as "kind:text" with one letter for the kind.
std::vector<std::string> lex(std::string_view source) {
  constexpr char kLetters[] = "()kisnr";
  std::vector<std::string> out;
  for (const Token& token : tokenize(source)) {
    if (token.kind == TokenKind::end) break;
    out.push_back(std::string(1, kLetters[static_cast<int>(token.kind)]) + ":" +
                  std::string(source.substr(token.offset, token.length)));
  }
  return out;
}

MATCHER_P(LexErrorAt, offset, "") {
  try {
    tokenize(arg);
    return false;
  } catch (const text::TextError& error) {
    *result_listener << error.text_message();
    return error.kind() == ModuleErrorKind::malformed && error.offset() == static_cast<std::size_t>(offset);
  }
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Lexer, TellsTokensApart) {
  EXPECT_THAT(
      lex("(a.b_c $x \"s\" 1_0 -inf +0x1p2 nan:0x1)"),
      ElementsAre("(:(", "k:a.b_c", "i:$x", "s:\"s\"", "n:1_0", "n:-inf", "n:+0x1p2", "k:nan:0x1", "):)"));
  EXPECT_THAT(lex("a(b)c"), ElementsAre("k:a", "(:(", "k:b", "):)", "k:c"));
  EXPECT_THAT(lex(" \t\r\n"), IsEmpty());
  EXPECT_THAT(lex("offset=1$x"), ElementsAre("k:offset=1$x"));
}

TEST(Lexer, TakesRunsOfTokenCharactersTogether) {
  EXPECT_THAT(lex("a\"b\""), ElementsAre("r:a\"b\""));
  EXPECT_THAT(lex("\"a\"\"b\""), ElementsAre("r:\"a\"\"b\""));
  EXPECT_THAT(lex("a,b [x] Upper @at"), ElementsAre("r:a,b", "r:[x]", "r:Upper", "r:@at"));
  EXPECT_THAT(lex("$x\"y\""), ElementsAre("r:$x\"y\""));
}

TEST(Lexer, SkipsComments) {
  EXPECT_THAT(lex("a;; b (; c\nd"), ElementsAre("k:a", "k:d"));
  EXPECT_THAT(lex("a ;; b\rc"), ElementsAre("k:a", "k:c"));
  EXPECT_THAT(lex("a(; b (; c ;) \" ;; ;)d"), ElementsAre("k:a", "k:d"));
  EXPECT_THAT("a (; (; ;)", LexErrorAt(2));
}

TEST(Lexer, SkipsAnnotations) {
  EXPECT_THAT(lex("(@a)b(@\"c d\" (e) \")\" [,] (; ) ;) 1x)d"), ElementsAre("k:b", "k:d"));
  EXPECT_THAT(lex("((@a) module)"), ElementsAre("(:(", "k:module", "):)"));
  EXPECT_THAT("(@)", LexErrorAt(0));
  EXPECT_THAT("(@ a)", LexErrorAt(0));
  EXPECT_THAT("(@\"\" a)", LexErrorAt(0));
  EXPECT_THAT(" (@a (b)", LexErrorAt(1));
  EXPECT_THAT("(@a \"b)", LexErrorAt(4));
}

TEST(Lexer, ReadsIdentifiers) {
  EXPECT_EQ(id_value("$x"), "x");
  EXPECT_EQ(id_value("$\"x y\\t\\u{41}\""), "x y\tA");
  EXPECT_THAT(lex("$\"x y\""), ElementsAre("i:$\"x y\""));
  EXPECT_THAT("$", LexErrorAt(0));
  EXPECT_THAT("$\"\"", LexErrorAt(0));
  EXPECT_THAT("$\"\\ff\"", LexErrorAt(0));
}

TEST(Lexer, ReadsStringEscapes) {
  EXPECT_EQ(string_value(R"("a\t\n\r\"\'\\\00\fFz")"), std::string("a\t\n\r\"'\\\0\xFFz", 10));
  EXPECT_EQ(
      string_value(R"("\u{0}\u{7f}\u{80}\u{7FF}\u{800}\u{ffff}\u{1_0000}\u{10ffff}")"),
      std::string("\0\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 20));
  EXPECT_EQ(string_value("\"\xC3\xA4\""), "\xC3\xA4");
}

TEST(Lexer, RefusesWrongStrings) {
  EXPECT_THAT("  \"a", LexErrorAt(2));
  EXPECT_THAT("\"a\nb\"", LexErrorAt(0));
  EXPECT_THAT("\"a\tb\"", LexErrorAt(2));
  EXPECT_THAT("\"\x7F\"", LexErrorAt(1));
  for (const char* escape : {"\"\\x\"", "\"\\1\"", "\"\\u\"", "\"\\u{}\"", "\"\\u{_1}\"", "\"\\u{1_}\"",
                             "\"\\u{1__1}\"", "\"\\u{d800}\"", "\"\\u{110000}\"", "\"\\u{41\"", "\"\\"}) {
    EXPECT_THAT(escape, LexErrorAt(1));
  }
}

TEST(Lexer, RefusesOtherCharacters) {
  EXPECT_THAT(std::string("a \0", 3), LexErrorAt(2));
  EXPECT_THAT("a \xC3\xA4", LexErrorAt(2));
  EXPECT_THAT("a ;; \xC3\n", LexErrorAt(5));
}

}  // namespace
}  // namespace wasmjet::test
