#include "decoder/text/numbers.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace wasmjet::text {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// Takes a sign off the front; true for a minus.
bool take_sign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

bool take_hex_prefix(std::string_view& text) {
  if (!text.starts_with("0x")) return false;
  text.remove_prefix(2);
  return true;
}

/// Takes digits with single underscores between them off the front; empty where there are none. An
/// underscore that is not between digits stays and makes the rest wrong.
std::string take_digits(std::string_view& text, int base) {
  std::string digits;
  while (!text.empty()) {
    if (digit_value(text.front()) < base) {
      digits += text.front();
    } else if (!(text.front() == '_' && !digits.empty() && text.size() > 1 && digit_value(text[1]) < base)) {
      break;
    }
    text.remove_prefix(1);
  }
  return digits;
}

struct FloatFormat {
  int mantissa_bits;  ///< without the hidden one
  int exponent_bits;

  int bias() const { return (1 << (exponent_bits - 1)) - 1; }
  std::uint64_t infinity() const { return ((std::uint64_t{1} << exponent_bits) - 1) << mantissa_bits; }
  std::uint64_t sign(bool negative) const {
    return negative ? std::uint64_t{1} << (mantissa_bits + exponent_bits) : 0;
  }
};
constexpr FloatFormat kF32Format{23, 8};
constexpr FloatFormat kF64Format{52, 11};

/// The parts of a float literal behind sign and prefix (spec: "float", "hexfloat").
struct FloatParts {
  std::string whole;
  std::string fraction;
  std::int64_t exponent = 0;  ///< saturated far beyond what makes a difference
};

constexpr std::int64_t kFarExponent = std::int64_t{1} << 40;

std::int64_t exponent_value(const std::string& digits, bool negative) {
  std::int64_t value = 0;
  for (const char c : digits) value = std::min(value * 10 + digit_value(c), kFarExponent);
  return negative ? -value : value;
}

std::optional<FloatParts> split_float(std::string_view text, bool hex) {
  FloatParts parts;
  const int base = hex ? 16 : 10;
  parts.whole = take_digits(text, base);
  if (parts.whole.empty()) return std::nullopt;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = take_digits(text, base);
  }
  const std::string_view marks = hex ? "pP" : "eE";
  if (!text.empty() && marks.find(text.front()) != std::string_view::npos) {
    text.remove_prefix(1);
    const bool negative = take_sign(text);
    const std::string digits = take_digits(text, 10);
    if (digits.empty()) return std::nullopt;
    parts.exponent = exponent_value(digits, negative);
  }
  if (!text.empty()) return std::nullopt;
  return parts;
}

/// mantissa * 2^exponent, `sticky` if further bits below are not zero, rounded to the format.
/// Precondition: the mantissa's uppermost bit is set.
NumberResult round_to_format(std::uint64_t mantissa, std::int64_t exponent, bool sticky,
                             const FloatFormat& format) {
  std::int64_t biased = exponent + 63 + format.bias();
  int dropped = 63 - format.mantissa_bits;  // bits below the result's last one
  if (biased < 1) {                         // subnormal: more bits go, the exponent field is zero
    if (biased < -64) return {NumberStatus::ok, 0};
    dropped += static_cast<int>(1 - biased);
    biased = 1;
  }
  if (biased > 2 * format.bias()) return {NumberStatus::out_of_range, 0};
  if (dropped > 64) return {NumberStatus::ok, 0};
  const std::uint64_t kept = dropped == 64 ? 0 : mantissa >> dropped;
  const std::uint64_t rest = dropped == 64 ? mantissa : mantissa & ((std::uint64_t{1} << dropped) - 1);
  const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
  const bool up = rest > half || (rest == half && (sticky || (kept & 1) != 0));
  // A carry out of the mantissa raises the exponent, as the formats want it. The hidden bit adds one.
  const std::uint64_t bits =
      (static_cast<std::uint64_t>(biased - 1) << format.mantissa_bits) + kept + (up ? 1 : 0);
  if (bits >= format.infinity()) return {NumberStatus::out_of_range, 0};
  return {NumberStatus::ok, bits};
}

NumberResult parse_hex_float(const FloatParts& parts, const FloatFormat& format) {
  std::uint64_t mantissa = 0;
  bool sticky = false;
  std::int64_t exponent = parts.exponent;
  const auto add = [&](char c, bool fraction) {
    if ((mantissa >> 60) == 0) {
      mantissa = mantissa * 16 + static_cast<std::uint64_t>(digit_value(c));
      if (fraction) exponent -= 4;
    } else {
      sticky = sticky || c != '0';
      if (!fraction) exponent += 4;
    }
  };
  for (const char c : parts.whole) add(c, false);
  for (const char c : parts.fraction) add(c, true);
  if (mantissa == 0) return {NumberStatus::ok, 0};
  const int shift = std::countl_zero(mantissa);
  return round_to_format(mantissa << shift, exponent - shift, sticky, format);
}

/// Whether a decimal literal that from_chars finds out of range is tiny (not huge).
bool is_tiny(const FloatParts& parts) {
  const std::string digits = parts.whole + parts.fraction;
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return true;
  return static_cast<std::int64_t>(parts.whole.size()) - static_cast<std::int64_t>(first) + parts.exponent <
         0;
}

template <class Float, class Bits>
NumberResult parse_decimal_float(const FloatParts& parts) {
  const std::string text = parts.whole + '.' + parts.fraction + "0e" + std::to_string(parts.exponent);
  Float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return {is_tiny(parts) ? NumberStatus::ok : NumberStatus::out_of_range, 0};
  }
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  if (std::isinf(value)) return {NumberStatus::out_of_range, 0};
  return {NumberStatus::ok, std::bit_cast<Bits>(value)};
}

/// What follows "nan".
NumberResult parse_nan(std::string_view text, const FloatFormat& format) {
  const std::uint64_t quiet = std::uint64_t{1} << (format.mantissa_bits - 1);
  if (text.empty()) return {NumberStatus::ok, format.infinity() | quiet};
  if (!text.starts_with(":0x")) return {};
  const NumberResult payload = parse_unsigned(text.substr(1), 64);
  if (payload.status == NumberStatus::malformed) return payload;
  const bool in_range = payload.status == NumberStatus::ok && payload.bits != 0 &&
                        payload.bits < (std::uint64_t{1} << format.mantissa_bits);
  if (!in_range) return {NumberStatus::out_of_range, 0};
  return {NumberStatus::ok, format.infinity() | payload.bits};
}

template <class Float, class Bits>
NumberResult parse_float(std::string_view text, const FloatFormat& format) {
  const std::uint64_t sign = format.sign(take_sign(text));
  NumberResult result;
  if (text == "inf") {
    result = {NumberStatus::ok, format.infinity()};
  } else if (text.starts_with("nan")) {
    result = parse_nan(text.substr(3), format);
  } else {
    const bool hex = take_hex_prefix(text);
    const std::optional<FloatParts> parts = split_float(text, hex);
    if (!parts) return {};
    result = hex ? parse_hex_float(*parts, format) : parse_decimal_float<Float, Bits>(*parts);
  }
  result.bits |= sign;
  return result;
}

}  // namespace

NumberResult parse_unsigned(std::string_view text, unsigned width) {
  const std::uint64_t base = take_hex_prefix(text) ? 16 : 10;
  const std::string digits = take_digits(text, static_cast<int>(base));
  if (digits.empty() || !text.empty()) return {};
  const std::uint64_t most = width == 64 ? UINT64_MAX : (std::uint64_t{1} << width) - 1;
  std::uint64_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(digit_value(c));
    if (value > (most - digit) / base) return {NumberStatus::out_of_range, 0};
    value = value * base + digit;
  }
  return {NumberStatus::ok, value};
}

NumberResult parse_integer(std::string_view text, unsigned width) {
  const bool negative = take_sign(text);
  NumberResult result = parse_unsigned(text, width);
  if (result.status != NumberStatus::ok || !negative) return result;
  const std::uint64_t lowest = std::uint64_t{1} << (width - 1);
  if (result.bits > lowest) return {NumberStatus::out_of_range, 0};
  const std::uint64_t mask = width == 64 ? UINT64_MAX : (std::uint64_t{1} << width) - 1;
  result.bits = (0 - result.bits) & mask;
  return result;
}

NumberResult parse_f32(std::string_view text) { return parse_float<float, std::uint32_t>(text, kF32Format); }
NumberResult parse_f64(std::string_view text) { return parse_float<double, std::uint64_t>(text, kF64Format); }

}  // namespace wasmjet::text
