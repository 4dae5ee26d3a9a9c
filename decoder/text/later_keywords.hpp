#pragma once

#include <string_view>

namespace wasmjet::text {

/// Whether a keyword names an instruction of WebAssembly 3.0 (or of the threads proposal, or a legacy
/// exception form) that the opcode table does not have. Such text is refused as unsupported, not as
/// malformed.
constexpr bool is_later_instruction(std::string_view keyword) {
  constexpr std::string_view kPrefixes[] = {
      "v128.",  "i8x16.", "i16x8.", "i32x4.",      "i64x2.",         "f32x4.",      "f64x2.",     "struct.",
      "array.", "i31.",   "br_on_", "return_call", "memory.atomic.", "i32.atomic.", "i64.atomic."};
  constexpr std::string_view kNames[] = {"call_ref",
                                         "ref.eq",
                                         "ref.test",
                                         "ref.cast",
                                         "ref.as_non_null",
                                         "ref.i31",
                                         "throw",
                                         "throw_ref",
                                         "try_table",
                                         "any.convert_extern",
                                         "extern.convert_any",
                                         "atomic.fence",
                                         "try",
                                         "catch",
                                         "catch_all",
                                         "delegate",
                                         "rethrow"};
  if (keyword.find('/') != std::string_view::npos) return false;  // names that once were
  for (const std::string_view prefix : kPrefixes) {
    if (keyword.starts_with(prefix)) return true;
  }
  for (const std::string_view name : kNames) {
    if (keyword == name) return true;
  }
  return false;
}

}  // namespace wasmjet::text
