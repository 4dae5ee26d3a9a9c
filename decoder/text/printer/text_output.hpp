#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace wasmjet::text {

/// Takes printed text piece by piece, in order. What it throws ends the printing.
using TextSink = std::function<void(std::string_view)>;

/// Collects text and hands it to a sink in pieces, so that the memory does not grow with the text.
class TextOutput {
 public:
  explicit TextOutput(TextSink sink) : sink_(std::move(sink)) {}
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  TextOutput& operator<<(std::string_view text);
  TextOutput& operator<<(std::uint32_t number) { return put_integer(std::uint64_t{number}); }
  TextOutput& operator<<(std::uint64_t number) { return put_integer(number); }
  TextOutput& operator<<(std::int32_t number) { return put_integer(std::int64_t{number}); }
  TextOutput& operator<<(std::int64_t number) { return put_integer(number); }
  TextOutput& operator<<(char) = delete;  // would be printed as a number

  /// "0x0000002a": all digits of a word.
  void put_hex_word(std::uint32_t word);
  /// The float of these bits (spec 6.3.2): the shortest decimal that reads back as the same, or "inf", "nan",
  /// "nan:0x...".
  void put_f32(std::uint32_t bits);
  void put_f64(std::uint64_t bits);
  /// A string literal (spec 6.3.3) of any bytes; what is no printable ASCII is escaped.
  void put_bytes(std::span<const std::uint8_t> bytes);
  /// A string literal of a name. Precondition: `name` is UTF-8. Only what has no shape of its own (controls,
  /// marks of direction and width) is escaped: names come from modules and must not drive a terminal.
  void put_name(std::string_view name);

  /// A new line, indented by `depth` steps. Beyond a depth that nobody can read the indentation does not
  /// grow, as otherwise deeply nested code would print as the square of its size.
  void new_line(std::size_t depth);

  /// Hands over what is left. Must be called at the end.
  void flush();

 private:
  TextOutput& put_integer(std::uint64_t number);
  TextOutput& put_integer(std::int64_t number);
  void put_escaped(std::uint8_t byte);
  void flush_if_full();

  TextSink sink_;
  std::string buffer_;
};

}  // namespace wasmjet::text
