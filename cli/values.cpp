#include "cli/values.hpp"

#include <bit>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace wasmjet::cli {
namespace {

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Sign and magnitude; `bits` is 32 or 64. The range is that of the signed and the unsigned type.
std::optional<std::uint64_t> parse_integer(std::string_view text, unsigned bits) {
  const bool negative = take_prefix(text, "-");
  if (!negative) take_prefix(text, "+");
  const int base = take_prefix(text, "0x") || take_prefix(text, "0X") ? 16 : 10;
  std::uint64_t magnitude = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, magnitude, base);
  if (error != std::errc{} || rest != end) return std::nullopt;
  const std::uint64_t largest = ~std::uint64_t{0} >> (64 - bits);
  if (negative) return magnitude <= largest / 2 + 1 ? std::optional(0 - magnitude) : std::nullopt;
  return magnitude <= largest ? std::optional(magnitude) : std::nullopt;
}

template <class T>
std::optional<T> parse_float(std::string_view text) {
  const bool negative = take_prefix(text, "-");
  if (!negative) take_prefix(text, "+");
  T number = 0;
  if (text == "inf") {
    number = std::numeric_limits<T>::infinity();
  } else if (text == "nan") {
    number = std::numeric_limits<T>::quiet_NaN();
  } else {
    const bool hex = take_prefix(text, "0x") || take_prefix(text, "0X");
    // from_chars also takes a second sign, "inf" and "nan": none may follow here.
    const auto first = static_cast<unsigned char>(text.empty() ? 0 : text.front());
    if (first != '.' && !(hex ? std::isxdigit(first) : std::isdigit(first))) return std::nullopt;
    const char* end = text.data() + text.size();
    const auto [rest, error] =
        std::from_chars(text.data(), end, number, hex ? std::chars_format::hex : std::chars_format::general);
    if (error != std::errc{} || rest != end) return std::nullopt;
  }
  return negative ? -number : number;
}

template <class T>
std::string format_float(T number) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  char buffer[64];
  if (std::isnan(number)) {
    constexpr int kMantissa = std::numeric_limits<T>::digits - 1;
    const Bits payload = std::bit_cast<Bits>(number) & ((Bits{1} << kMantissa) - 1);
    std::string out = std::signbit(number) ? "-nan" : "nan";
    if (payload != Bits{1} << (kMantissa - 1)) {
      out += ":0x";
      out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, payload, 16).ptr);
    }
    return out;
  }
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr};
}

}  // namespace

std::optional<Value> parse_value(ValType type, std::string_view text) {
  Value value{};
  switch (type.kind()) {
    case ValKind::i32:
    case ValKind::i64: {
      const auto bits = parse_integer(text, type.kind() == ValKind::i32 ? 32 : 64);
      if (!bits) return std::nullopt;
      value.u64 = type.kind() == ValKind::i32 ? static_cast<std::uint32_t>(*bits) : *bits;
      return value;
    }
    case ValKind::f32:
      if (const auto number = parse_float<float>(text)) {
        value.f32 = *number;
        return value;
      }
      return std::nullopt;
    case ValKind::f64:
      if (const auto number = parse_float<double>(text)) {
        value.f64 = *number;
        return value;
      }
      return std::nullopt;
    case ValKind::ref:
      if (text == "null") return value;
      return std::nullopt;
    case ValKind::v128:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string format_value(ValType type, const Value& value) {
  switch (type.kind()) {
    case ValKind::i32:
      return std::to_string(value.i32);
    case ValKind::i64:
      return std::to_string(value.i64);
    case ValKind::f32:
      return format_float(value.f32);
    case ValKind::f64:
      return format_float(value.f64);
    case ValKind::ref:
      return value.ref == nullptr ? "null" : to_string(type);
    case ValKind::v128:
      break;
  }
  return to_string(type);
}

}  // namespace wasmjet::cli
