#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/text/lexer.hpp"
#include "decoder/text/numbers.hpp"
#include "decoder/text/text_error.hpp"

namespace wasmjet::text {

/// Walks over the tokens of a text, annotations left out. A cheap copy is a second reader of the same text,
/// which must outlive both, as must the tokens. All errors are TextErrors at the token that does not fit.
class TokenCursor {
 public:
  /// Precondition: `tokens` is what tokenize(source) gave.
  TokenCursor(std::string_view source, const std::vector<Token>& tokens) : source_(source), tokens_(&tokens) {
    skip_annotations();
  }

  std::string_view source() const { return source_; }
  std::size_t position() const { return position_; }
  /// An annotation's position stands for the token before it, so that position() - 1 is one back.
  void seek(std::size_t position);

  /// The token `ahead` places on; the end again behind the end.
  const Token& peek(std::size_t ahead = 0) const;
  std::string_view text(const Token& token) const { return source_.substr(token.offset, token.length); }
  std::string_view peek_text(std::size_t ahead = 0) const { return text(peek(ahead)); }

  /// Where the annotations directly before the next token begin; position() if there are none.
  std::size_t first_annotation() const;
  /// The token at a position, annotations included.
  const Token& token_at(std::size_t position) const { return (*tokens_)[position]; }

  bool at(TokenKind kind) const { return peek().kind == kind; }
  bool at_keyword(std::string_view keyword) const;
  /// At "(keyword".
  bool at_list(std::string_view keyword) const;

  /// Moves behind the next token and returns it.
  Token next();
  bool accept(TokenKind kind);
  bool accept_keyword(std::string_view keyword);
  /// Moves behind "(keyword" if it is there.
  bool accept_list(std::string_view keyword);
  void expect(TokenKind kind);
  void expect_open() { expect(TokenKind::open); }
  void expect_close() { expect(TokenKind::close); }
  std::string_view expect_keyword();
  /// An identifier, if one follows.
  std::optional<std::string> accept_id();
  std::string expect_string();
  /// A string that must be UTF-8 (spec 6.3.4, "names").
  std::string expect_name();
  std::uint64_t expect_unsigned(unsigned width);
  /// At a number or identifier: what can name an index.
  bool at_index() const { return is_index(peek()); }
  static bool is_index(const Token& token) {
    return token.kind == TokenKind::number || token.kind == TokenKind::id;
  }
  /// The value of a literal; fails at `token` unless it is one within its range.
  std::uint64_t value_of(const NumberResult& result, const Token& token, std::string_view type) const;

  /// Moves behind the ")" that closes the list whose "(" has been taken.
  void skip_to_close();

  /// Refuses the text, as malformed unless said, at the next token or at `token`.
  [[noreturn]] void fail(const std::string& reason) const { fail_at(peek(), reason); }
  [[noreturn]] void fail_at(const Token& token, const std::string& reason,
                            ModuleErrorKind kind = ModuleErrorKind::malformed) const;
  [[noreturn]] void fail_unexpected() const;

 private:
  void skip_annotations() {
    while (peek_raw().kind == TokenKind::annotation) ++position_;
  }
  const Token& peek_raw() const { return (*tokens_)[position_]; }

  std::string_view source_;
  const std::vector<Token>* tokens_;
  std::size_t position_ = 0;
};

}  // namespace wasmjet::text
