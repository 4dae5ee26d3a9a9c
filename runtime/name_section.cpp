#include "runtime/name_section.hpp"

namespace wasmjet {
namespace {

/// Reads what a hostile section holds; `failed` once anything is out of place.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool at_end() const { return bytes_.empty(); }
  bool failed() const { return failed_; }

  std::uint32_t u32() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      if (bytes_.empty()) break;
      const std::uint8_t byte = bytes_.front();
      bytes_ = bytes_.subspan(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) {
        if (value > UINT32_MAX) break;
        return static_cast<std::uint32_t>(value);
      }
    }
    failed_ = true;
    return 0;
  }
  std::uint8_t byte() {
    if (bytes_.empty()) {
      failed_ = true;
      return 0;
    }
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }
  std::span<const std::uint8_t> sized() {
    const std::uint32_t size = u32();
    if (failed_ || size > bytes_.size()) {
      failed_ = true;
      return {};
    }
    const auto result = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return result;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool failed_ = false;
};

/// Length of the well-formed UTF-8 sequence that `text` begins with, 0 if there is none.
std::size_t utf8_length(std::span<const std::uint8_t> text) {
  const std::uint8_t first = text[0];
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((text[i] & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
  const std::uint8_t second = text[1];
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

std::string printable(std::span<const std::uint8_t> text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const bool control =
        text[0] < 0x20 || text[0] == 0x7F || (length == 2 && text[0] == 0xC2 && text[1] < 0xA0);
    if (length == 0 || control) {
      result += '?';
    } else {
      result.append(reinterpret_cast<const char*>(text.data()), length);
    }
    text = text.subspan(length == 0 ? 1 : length);
  }
  return result;
}

void read_function_names(std::span<const std::uint8_t> contents, NameSection& out) {
  Reader reader(contents);
  const std::uint32_t count = reader.u32();
  for (std::uint32_t i = 0; i < count && !reader.failed(); ++i) {
    const std::uint32_t index = reader.u32();
    const auto name = reader.sized();
    if (!reader.failed()) out.functions.try_emplace(index, printable(name));
  }
}

}  // namespace

NameSection read_name_section(std::span<const std::uint8_t> contents) {
  constexpr std::uint8_t kModule = 0;
  constexpr std::uint8_t kFunctions = 1;
  NameSection names;
  Reader reader(contents);
  while (!reader.at_end()) {
    const std::uint8_t id = reader.byte();
    const auto subsection = reader.sized();
    if (reader.failed()) break;
    if (id == kModule) names.module = printable(Reader(subsection).sized());
    if (id == kFunctions) read_function_names(subsection, names);
  }
  return names;
}

}  // namespace wasmjet
