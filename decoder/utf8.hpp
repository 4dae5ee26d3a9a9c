#pragma once

#include <cstdint>
#include <span>

namespace wasmjet {

/// Number of leading bytes that are well-formed UTF-8 (spec 5.2.4): shortest forms only, no surrogates,
/// nothing above U+10FFFF. Equals `bytes.size()` if all are.
std::size_t valid_utf8_prefix(std::span<const std::uint8_t> bytes);

inline bool is_utf8(std::span<const std::uint8_t> bytes) { return valid_utf8_prefix(bytes) == bytes.size(); }

}  // namespace wasmjet
