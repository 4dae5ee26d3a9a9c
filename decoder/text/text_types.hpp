#pragma once

#include <vector>

#include "decoder/text/cursor.hpp"
#include "decoder/text/index_space.hpp"
#include "decoder/text/module_writer.hpp"

namespace wasmjet::text {

/// A value type as the binary format writes it: one byte, and for (ref ...) a heap type behind it. A field's
/// packed type is one byte as well.
struct TextType {
  std::uint8_t code = 0;
  std::int64_t heap = 0;  ///< for kRefCode, kRefNullCode: a type index, or negative an abstract heap type

  friend auto operator<=>(const TextType&, const TextType&) = default;
};
inline constexpr std::uint8_t kRefCode = 0x64;
inline constexpr std::uint8_t kRefNullCode = 0x63;
inline constexpr TextType kTextFuncRef{0x70, 0};

void put_type(Bytes& out, TextType type);

struct TextFuncType {
  std::vector<TextType> params;
  std::vector<TextType> results;

  friend auto operator<=>(const TextFuncType&, const TextFuncType&) = default;
};

/// A reference type in its parts.
struct TextRefType {
  bool nullable = false;
  std::int64_t heap = 0;  ///< see TextType
};

/// "i32", "funcref", "(ref null $t)".
TextType parse_value_type(TokenCursor& cursor, const IndexSpace& types);
bool at_value_type(const TokenCursor& cursor);
/// A value type, or "i8" or "i16" (spec 6.4.6, "storage types").
TextType parse_storage_type(TokenCursor& cursor, const IndexSpace& types);
/// Refuses types that are none of references.
TextRefType parse_reference_type(TokenCursor& cursor, const IndexSpace& types);
/// "func", "extern", "$t", as a signed number (spec 5.3.3). Refuses what is none.
std::int64_t parse_heap_type(TokenCursor& cursor, const IndexSpace& types);

/// "(param ...)* (result ...)*". `names` takes the identifiers of parameters; without it there may be none.
TextFuncType parse_function_type(TokenCursor& cursor, const IndexSpace& types, IndexSpace* names);

}  // namespace wasmjet::text
