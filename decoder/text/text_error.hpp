#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "decoder/error.hpp"

namespace wasmjet::text {

/// A text module that was refused while it was parsed: where, why, and the line itself. offset() counts the
/// bytes of the text. Thrown by value.
class TextError : public ModuleError {
 public:
  /// `source` is the whole text; `offset` at most its size.
  TextError(ModuleErrorKind kind, std::string_view source, std::size_t offset, const std::string& reason);

  /// Both count from 1; columns in characters.
  std::uint32_t line() const { return line_; }
  std::uint32_t column() const { return column_; }
  /// The line of the text, without its end and cut to a width that terminals show.
  const std::string& source_line() const { return source_line_; }
  /// "3:7: malformed: unknown operator, in: (func i32.foo)", the form that the command prints.
  std::string text_message() const;

 private:
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
  std::string source_line_;
};

}  // namespace wasmjet::text
