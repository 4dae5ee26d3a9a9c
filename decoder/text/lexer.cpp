#include "decoder/text/lexer.hpp"

#include <algorithm>
#include <array>

#include "decoder/text/text_error.hpp"
#include "decoder/utf8.hpp"

namespace wasmjet::text {
namespace {

constexpr std::array<bool, 256> make_id_characters() {
  std::array<bool, 256> set{};
  for (const char c : std::string_view("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "!#$%&'*+-./:<=>?@\\^_`|~")) {
    set[static_cast<unsigned char>(c)] = true;
  }
  return set;
}
constexpr std::array<bool, 256> kIdCharacters = make_id_characters();

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_utf8_text(std::string_view text) {
  return is_utf8({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      put(0xE0 | (c >> 12));
    } else {
      put(0xF0 | (c >> 18));
      put(0x80 | ((c >> 12) & 0x3F));
    }
    put(0x80 | ((c >> 6) & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    while (true) {
      const Token token = next();
      if (token.kind == TokenKind::open && at(position_) == '@') {
        skip_annotation(token.offset);
        const std::string_view annotation = text_.substr(token.offset, position_ - token.offset);
        if (annotation_head(annotation).kind) {
          tokens.push_back(this->token(TokenKind::annotation, token.offset));
        }
        continue;
      }
      tokens.push_back(token);
      if (token.kind == TokenKind::end) return tokens;
    }
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& reason) const {
    throw TextError(ModuleErrorKind::malformed, text_, offset, reason);
  }

  /// The byte at `position`; 0, which no token contains, behind the end.
  char at(std::size_t position) const { return position < text_.size() ? text_[position] : '\0'; }

  Token next() {
    skip_blanks();
    const std::size_t begin = position_;
    if (begin == text_.size()) return token(TokenKind::end, begin);
    const char first = text_[begin];
    if (first == '(' || first == ')') {
      ++position_;
      return token(first == '(' ? TokenKind::open : TokenKind::close, begin);
    }
    return run_of_token_characters();
  }

  Token token(TokenKind kind, std::size_t begin) const {
    return {kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(position_ - begin)};
  }

  void skip_blanks() {
    while (true) {
      while (position_ < text_.size() && is_blank(text_[position_])) ++position_;
      if (at(position_) == ';' && at(position_ + 1) == ';') {
        position_ = std::min(text_.find_first_of("\r\n", position_), text_.size());
      } else if (at(position_) == '(' && at(position_ + 1) == ';') {
        skip_block_comment();
      } else {
        return;
      }
    }
  }

  void skip_block_comment() {
    const std::size_t begin = position_;
    std::size_t depth = 0;
    do {
      if (position_ >= text_.size()) fail(begin, "unclosed comment");
      if (at(position_) == '(' && at(position_ + 1) == ';') {
        ++depth;
        position_ += 2;
      } else if (at(position_) == ';' && at(position_ + 1) == ')') {
        --depth;
        position_ += 2;
      } else {
        ++position_;
      }
    } while (depth != 0);
  }

  /// Token characters and strings without anything between them are one token (spec: "reserved").
  Token run_of_token_characters() {
    const std::size_t begin = position_;
    std::size_t strings = 0;
    bool plain = true;  // only characters that identifiers may have, outside of strings
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (is_id_character(c)) {
        ++position_;
      } else if (c == '"') {
        skip_string();
        ++strings;
      } else if (std::string_view(",;[]{}").find(c) != std::string_view::npos) {
        if (c == ';' && at(position_ + 1) == ';') break;
        plain = false;
        ++position_;
      } else {
        break;
      }
    }
    if (position_ == begin) fail(begin, "illegal character");
    return token(plain ? classify(begin, strings) : TokenKind::reserved, begin);
  }

  TokenKind classify(std::size_t begin, std::size_t strings) const {
    const std::string_view run = text_.substr(begin, position_ - begin);
    if (strings > 1) return TokenKind::reserved;
    if (strings == 1) {
      if (run.back() != '"') return TokenKind::reserved;
      if (run.front() == '"') return TokenKind::string;
      if (!run.starts_with("$\"")) return TokenKind::reserved;
      check_name(begin, string_value(run.substr(1)), "identifier");
      return TokenKind::id;
    }
    if (run.front() == '$') {
      if (run.size() == 1) fail(begin, "empty identifier");
      return TokenKind::id;
    }
    if (run.front() >= 'a' && run.front() <= 'z') return TokenKind::keyword;
    if (is_digit(run.front()) || run.front() == '+' || run.front() == '-') return TokenKind::number;
    return TokenKind::reserved;
  }

  void check_name(std::size_t begin, const std::string& name, const std::string& what) const {
    if (name.empty()) fail(begin, "empty " + what);
    if (!is_utf8_text(name)) fail(begin, "malformed UTF-8 encoding");
  }

  /// Moves behind the string that begins here.
  void skip_string() {
    const std::size_t begin = position_++;
    while (true) {
      if (position_ >= text_.size()) fail(begin, "unclosed string");
      const char c = text_[position_];
      if (c == '"') break;
      if (c == '\n') fail(begin, "unclosed string");
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) fail(position_, "illegal character in string");
      if (c == '\\') {
        skip_escape();
      } else {
        ++position_;
      }
    }
    ++position_;
  }

  void skip_escape() {
    const std::size_t begin = position_++;
    const char c = at(position_);
    if (c == 'u') return skip_unicode_escape(begin);
    const bool simple = c != '\0' && std::string_view("tnr\"'\\").find(c) != std::string_view::npos;
    const bool hex = hex_digit(c) >= 0 && hex_digit(at(position_ + 1)) >= 0;
    if (!simple && !hex) fail(begin, "illegal escape");
    position_ += simple ? 1 : 2;
  }

  void skip_unicode_escape(std::size_t begin) {
    ++position_;
    if (at(position_) != '{' || hex_digit(at(position_ + 1)) < 0) fail(begin, "illegal escape");
    std::uint32_t value = 0;
    for (++position_; at(position_) != '}'; ++position_) {
      if (at(position_) == '_' && at(position_ - 1) != '_' && hex_digit(at(position_ + 1)) >= 0) continue;
      const int digit = hex_digit(at(position_));
      if (digit < 0) fail(begin, "illegal escape");
      value = value * 16 + static_cast<std::uint32_t>(digit);
      if (value > 0x10FFFF) fail(begin, "illegal escape: code point out of range");
    }
    if (value >= 0xD800 && value < 0xE000) fail(begin, "illegal escape: surrogate");
    ++position_;
  }

  /// Moves behind an annotation (spec 6.3.5): "(@", a name without blanks before it, tokens, ")".
  void skip_annotation(std::size_t begin) {
    const std::size_t name = ++position_;
    if (at(name) == '"') {
      skip_string();
      check_name(begin, string_value(text_.substr(name, position_ - name)), "annotation id");
    } else {
      if (!is_id_character(at(name))) fail(begin, "empty annotation id");
      while (is_id_character(at(position_))) ++position_;
    }
    for (std::size_t depth = 1; depth != 0;) {
      const Token part = next();
      if (part.kind == TokenKind::end) fail(begin, "unclosed annotation");
      if (part.kind == TokenKind::open) ++depth;
      if (part.kind == TokenKind::close) --depth;
    }
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

bool is_id_character(char c) { return kIdCharacters[static_cast<unsigned char>(c)]; }

std::vector<Token> tokenize(std::string_view text) {
  if (text.size() > kTextSize) {
    throw TextError(ModuleErrorKind::unsupported, {}, 0, "text of more than 256 MiB");
  }
  const std::size_t valid =
      valid_utf8_prefix({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  if (valid != text.size()) {
    throw TextError(ModuleErrorKind::malformed, text, valid, "malformed UTF-8 encoding");
  }
  return Lexer(text).run();
}

AnnotationHead annotation_head(std::string_view annotation) {
  struct Row {
    std::string_view name;
    AnnotationKind kind;
  };
  constexpr Row kRows[] = {{"name", AnnotationKind::name},
                           {"custom", AnnotationKind::custom},
                           {"metadata.code.branch_hint", AnnotationKind::branch_hint}};
  constexpr std::size_t kBegin = 2;  // "(@"
  std::size_t end = kBegin;
  std::string name;
  if (annotation[kBegin] == '"') {
    for (++end; annotation[end] != '"'; ++end) end += annotation[end] == '\\' ? 1 : 0;
    ++end;
    name = string_value(annotation.substr(kBegin, end - kBegin));
  } else {
    while (is_id_character(annotation[end])) ++end;
    name = annotation.substr(kBegin, end - kBegin);
  }
  for (const Row& row : kRows) {
    if (row.name == name) return {row.kind, end};
  }
  return {std::nullopt, end};
}

std::string string_value(std::string_view token) {
  std::string out;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    if (token[i] != '\\') {
      out += token[i];
      continue;
    }
    const char c = token[++i];
    if (c == 'u') {
      std::uint32_t value = 0;
      for (i += 2; token[i] != '}'; ++i) {
        if (token[i] != '_') value = value * 16 + static_cast<std::uint32_t>(hex_digit(token[i]));
      }
      append_utf8(out, value);
    } else if (hex_digit(c) >= 0) {
      out += static_cast<char>(hex_digit(c) * 16 + hex_digit(token[++i]));
    } else {
      out += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
    }
  }
  return out;
}

std::string id_value(std::string_view token) {
  return token.starts_with("$\"") ? string_value(token.substr(1)) : std::string(token.substr(1));
}

}  // namespace wasmjet::text
