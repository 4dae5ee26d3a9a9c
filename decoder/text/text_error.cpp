#include "decoder/text/text_error.hpp"

#include <algorithm>

namespace wasmjet::text {
namespace {

/// Bytes of a source line that are shown.
constexpr std::size_t kShownBytes = 120;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::size_t line_begin(std::string_view source, std::size_t offset) {
  const std::size_t newline = source.substr(0, offset).rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

/// The line from `begin` on, blanks at both ends removed; of a long one the part around `offset`.
std::string shown_line(std::string_view source, std::size_t begin, std::size_t offset) {
  std::string_view line = source.substr(begin);
  line = line.substr(0, line.find_first_of("\r\n"));
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  std::size_t from = first;
  const std::size_t column = offset - begin;
  if (column > from + kShownBytes / 2) {
    from = std::max(from, std::min(column - kShownBytes / 2, line.size()));
    while (from < line.size() && continues_character(line[from])) ++from;
  }
  line = line.substr(from);
  if (line.size() > kShownBytes) {
    std::size_t size = kShownBytes;
    while (size > 0 && continues_character(line[size])) --size;
    line = line.substr(0, size);
  }
  return std::string(line.substr(0, line.find_last_not_of(" \t") + 1));
}

/// Line of `offset`, from 1.
std::uint32_t line_of(std::string_view source, std::size_t offset) {
  const std::string_view before = source.substr(0, offset);
  return static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
}

}  // namespace

TextError::TextError(ModuleErrorKind kind, std::string_view source, std::size_t offset,
                     const std::string& reason)
    : ModuleError(kind, offset, reason), line_(line_of(source, offset)) {
  const std::size_t begin = line_begin(source, offset);
  for (std::size_t i = begin; i < offset; ++i) {
    if (!continues_character(source[i])) ++column_;
  }
  source_line_ = shown_line(source, begin, offset);
}

std::string TextError::text_message() const {
  std::string message = std::to_string(line_) + ":" + std::to_string(column_) + ": " +
                        std::string(to_string(kind())) + ": " + what();
  if (!source_line_.empty()) message += ", in: " + source_line_;
  return message;
}

}  // namespace wasmjet::text
