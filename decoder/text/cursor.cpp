#include "decoder/text/cursor.hpp"

#include "decoder/utf8.hpp"

namespace wasmjet::text {

const Token& TokenCursor::peek(std::size_t ahead) const {
  std::size_t position = position_;
  for (; ahead != 0 && position + 1 < tokens_->size(); --ahead) {
    do ++position;
    while ((*tokens_)[position].kind == TokenKind::annotation);
  }
  return (*tokens_)[position];
}

void TokenCursor::seek(std::size_t position) {
  position_ = position;
  while (position_ > 0 && peek_raw().kind == TokenKind::annotation) --position_;
  skip_annotations();
}

std::size_t TokenCursor::first_annotation() const {
  std::size_t first = position_;
  while (first > 0 && token_at(first - 1).kind == TokenKind::annotation) --first;
  return first;
}

bool TokenCursor::at_keyword(std::string_view keyword) const {
  return at(TokenKind::keyword) && peek_text() == keyword;
}

bool TokenCursor::at_list(std::string_view keyword) const {
  return at(TokenKind::open) && peek(1).kind == TokenKind::keyword && peek_text(1) == keyword;
}

Token TokenCursor::next() {
  const Token token = peek();
  if (token.kind == TokenKind::end) return token;
  ++position_;
  skip_annotations();
  return token;
}

bool TokenCursor::accept(TokenKind kind) {
  if (!at(kind)) return false;
  next();
  return true;
}

bool TokenCursor::accept_keyword(std::string_view keyword) {
  if (!at_keyword(keyword)) return false;
  next();
  return true;
}

bool TokenCursor::accept_list(std::string_view keyword) {
  if (!at_list(keyword)) return false;
  next();
  next();
  return true;
}

void TokenCursor::expect(TokenKind kind) {
  if (!accept(kind)) fail_unexpected();
}

std::string_view TokenCursor::expect_keyword() {
  if (!at(TokenKind::keyword)) fail_unexpected();
  return text(next());
}

std::optional<std::string> TokenCursor::accept_id() {
  if (!at(TokenKind::id)) return std::nullopt;
  return id_value(text(next()));
}

std::string TokenCursor::expect_string() {
  if (!at(TokenKind::string)) fail_unexpected();
  return string_value(text(next()));
}

std::string TokenCursor::expect_name() {
  const Token token = peek();
  std::string name = expect_string();
  if (!is_utf8({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()})) {
    fail_at(token, "malformed UTF-8 encoding");
  }
  return name;
}

std::uint64_t TokenCursor::expect_unsigned(unsigned width) {
  if (!at(TokenKind::number)) fail_unexpected();
  const Token token = next();
  return value_of(parse_unsigned(text(token), width), token, "i" + std::to_string(width));
}

std::uint64_t TokenCursor::value_of(const NumberResult& result, const Token& token,
                                    std::string_view type) const {
  if (result.status == NumberStatus::malformed) {
    fail_at(token,
            "unexpected token: '" + std::string(text(token)) + "' is not of type " + std::string(type));
  }
  if (result.status == NumberStatus::out_of_range) {
    fail_at(token, std::string(type) + " constant out of range");
  }
  return result.bits;
}

void TokenCursor::skip_to_close() {
  for (std::size_t depth = 1; depth != 0;) {
    if (at(TokenKind::end)) fail_unexpected();
    const Token token = next();
    if (token.kind == TokenKind::open) ++depth;
    if (token.kind == TokenKind::close) --depth;
  }
}

void TokenCursor::fail_at(const Token& token, const std::string& reason, ModuleErrorKind kind) const {
  throw TextError(kind, source_, token.offset, reason);
}

void TokenCursor::fail_unexpected() const {
  constexpr std::size_t kShown = 40;
  if (at(TokenKind::end)) fail("unexpected end of the text");
  std::string shown(peek_text().substr(0, kShown));
  if (peek().length > kShown) shown += "...";
  fail("unexpected token '" + shown + "'");
}

}  // namespace wasmjet::text
