#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace wasmjet {

/// Number of leading bytes that are well-formed UTF-8 (spec 5.2.4): shortest forms only, no surrogates,
/// nothing above U+10FFFF. Equals `bytes.size()` if all are.
std::size_t valid_utf8_prefix(std::span<const std::uint8_t> bytes);

/// A code point and the number of bytes that it takes.
struct CodePoint {
  std::uint32_t value;
  std::size_t size;
};

/// The first code point of `text`, which is not empty and well-formed.
CodePoint first_code_point(std::string_view text);

/// Control and format characters (Unicode's categories Cc, Cf, Zl and Zp, as far as they matter): in a name
/// they may drive a terminal or hide what stands there.
bool is_shapeless(std::uint32_t code_point);

inline bool is_utf8(std::span<const std::uint8_t> bytes) { return valid_utf8_prefix(bytes) == bytes.size(); }

}  // namespace wasmjet
