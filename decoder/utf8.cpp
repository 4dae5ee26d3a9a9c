#include "decoder/utf8.hpp"

#include <algorithm>

namespace wasmjet {

namespace {

/// Length of the sequence at the start of `bytes` (not empty), 0 if it is ill-formed. The table of
/// well-formed sequences is Unicode's table 3-7: only the second byte's range depends on the first.
std::size_t sequence_length(std::span<const std::uint8_t> bytes) {
  const std::uint8_t first = bytes[0];
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (bytes.size() < length) return 0;
  const std::uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (bytes[1] < low || bytes[1] > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((bytes[i] & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::size_t valid_utf8_prefix(std::span<const std::uint8_t> bytes) {
  std::size_t position = 0;
  while (position < bytes.size()) {
    const std::size_t length = sequence_length(bytes.subspan(position));
    if (length == 0) break;
    position += length;
  }
  return position;
}

CodePoint first_code_point(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::uint32_t value = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) value = value << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
  return {value, size};
}

bool is_shapeless(std::uint32_t code_point) {
  struct Range {
    std::uint32_t first, last;
  };
  constexpr Range kRanges[] = {{0, 0x1F},        {0x7F, 0x9F},      {0xAD, 0xAD},     {0x61C, 0x61C},
                               {0x200B, 0x200F}, {0x2028, 0x202E},  {0x2060, 0x206F}, {0xFEFF, 0xFEFF},
                               {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
  return std::ranges::any_of(
      kRanges, [=](const Range& range) { return code_point >= range.first && code_point <= range.last; });
}

}  // namespace wasmjet
