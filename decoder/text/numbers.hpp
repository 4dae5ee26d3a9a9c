#pragma once

#include <cstdint>
#include <string_view>

namespace wasmjet::text {

enum class NumberStatus : std::uint8_t { ok, malformed, out_of_range };

struct NumberResult {
  NumberStatus status = NumberStatus::malformed;
  std::uint64_t bits = 0;
};

/// An unsigned integer literal of `width` bits (spec 6.3.2): decimal or hexadecimal, no sign.
NumberResult parse_unsigned(std::string_view text, unsigned width);

/// An integer literal that is signed or unsigned, as constants are: -2^(width-1) to 2^width - 1.
NumberResult parse_integer(std::string_view text, unsigned width);

/// Float literals (spec 6.3.3), rounded to nearest, ties to even: decimal, hexadecimal, inf, nan, nan:0x1.
/// What rounds to infinity, and NaN payloads that are zero or too wide, are out of range.
NumberResult parse_f32(std::string_view text);
NumberResult parse_f64(std::string_view text);

}  // namespace wasmjet::text
