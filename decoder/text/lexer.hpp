#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasmjet::text {

/// What a token is (spec 6.3.1). `number` begins like one; the number parsers say whether it is. `reserved`
/// is a run of token characters that is nothing else: allowed in annotations only. `annotation` is a whole
/// one that has a meaning here.
enum class TokenKind : std::uint8_t { open, close, keyword, id, string, number, reserved, annotation, end };

/// Annotations that have a meaning (spec appendix "Custom Sections and Annotations").
enum class AnnotationKind : std::uint8_t { name, custom, branch_hint };

/// A piece of the text: bytes [offset, offset + length).
struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};

/// Whether identifiers may have it without quotes (spec 6.3.5).
bool is_id_character(char c);

/// Bytes that a text may have: tokens take twelve times the memory at worst.
inline constexpr std::size_t kTextSize = std::size_t{1} << 28;

/// All tokens of `text` without white space, comments and annotations that mean nothing (spec 6.3); the last
/// one is `end`. Strings are checked. Throws TextError.
std::vector<Token> tokenize(std::string_view text);

/// An annotation that has a meaning, as its text begins. Precondition: it is one, from "(@" to its ")".
struct AnnotationHead {
  std::optional<AnnotationKind> kind;
  std::size_t length = 0;  ///< of "(@" and the name
};
AnnotationHead annotation_head(std::string_view annotation);

/// The bytes that a string token stands for, given with its quotes. It must have come from tokenize().
std::string string_value(std::string_view token);

/// The name of an identifier token, without `$` and quotes: $"a" and $a are the same.
std::string id_value(std::string_view token);

}  // namespace wasmjet::text
