#include "decoder/text/printer/text_output.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "decoder/utf8.hpp"

namespace wasmjet::text {
namespace {

constexpr std::size_t kPiece = 65536;
constexpr std::size_t kDeepest = 50;  ///< steps of indentation

template <class Value, class... Format>
std::string_view to_text(std::span<char> buffer, Value value, Format... format) {
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format...).ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

template <class Float, class Bits>
void put_float(TextOutput& out, Bits bits, int mantissa_bits) {
  const auto value = std::bit_cast<Float>(bits);
  std::array<char, 64> buffer{};
  if (!std::isnan(value)) {
    out << to_text(buffer, value);  // "inf" and "-inf" are the text format's words too
    return;
  }
  out << (std::signbit(value) ? "-nan" : "nan");
  const Bits payload = bits & ((Bits{1} << mantissa_bits) - 1);
  if (payload != Bits{1} << (mantissa_bits - 1)) out << ":0x" << to_text(buffer, payload, 16);
}

}  // namespace

TextOutput& TextOutput::operator<<(std::string_view text) {
  buffer_ += text;
  flush_if_full();
  return *this;
}

TextOutput& TextOutput::put_integer(std::uint64_t number) {
  std::array<char, 24> buffer{};
  return *this << to_text(buffer, number);
}

TextOutput& TextOutput::put_integer(std::int64_t number) {
  std::array<char, 24> buffer{};
  return *this << to_text(buffer, number);
}

void TextOutput::put_hex_word(std::uint32_t word) {
  std::array<char, 8> buffer{};
  const std::string_view digits = to_text(buffer, word, 16);
  buffer_ += "0x";
  buffer_.append(buffer.size() - digits.size(), '0');
  *this << digits;
}

void TextOutput::put_f32(std::uint32_t bits) { put_float<float>(*this, bits, 23); }
void TextOutput::put_f64(std::uint64_t bits) { put_float<double>(*this, bits, 52); }

void TextOutput::put_escaped(std::uint8_t byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  if (byte == '"' || byte == '\\') {
    buffer_ += '\\';
    buffer_ += static_cast<char>(byte);
  } else if (byte >= 0x20 && byte < 0x7F) {
    buffer_ += static_cast<char>(byte);
  } else {
    buffer_ += '\\';
    buffer_ += kDigits[byte >> 4];
    buffer_ += kDigits[byte & 15];
  }
}

void TextOutput::put_bytes(std::span<const std::uint8_t> bytes) {
  buffer_ += '"';
  for (const std::uint8_t byte : bytes) {
    put_escaped(byte);
    flush_if_full();
  }
  buffer_ += '"';
}

void TextOutput::put_name(std::string_view name) {
  buffer_ += '"';
  while (!name.empty()) {
    const CodePoint c = first_code_point(name);
    if (c.value < 0x80) {
      put_escaped(static_cast<std::uint8_t>(c.value));
    } else if (is_shapeless(c.value)) {
      std::array<char, 8> buffer{};
      buffer_.append("\\u{").append(to_text(buffer, c.value, 16)) += '}';
    } else {
      buffer_ += name.substr(0, c.size);
    }
    name.remove_prefix(c.size);
    flush_if_full();
  }
  buffer_ += '"';
}

void TextOutput::new_line(std::size_t depth) {
  buffer_ += '\n';
  buffer_.append(2 * std::min(depth, kDeepest), ' ');
}

void TextOutput::flush_if_full() {
  if (buffer_.size() >= kPiece) flush();
}

void TextOutput::flush() {
  if (buffer_.empty()) return;
  sink_(buffer_);
  buffer_.clear();
}

}  // namespace wasmjet::text
