#pragma once

#include <string_view>
#include <utility>

#include "decoder/test_support.hpp"
#include "decoder/text/assemble.hpp"

// What the tests of the text format share: matchers for texts that are refused.
namespace wasmjet::test {

/// The error that assembling gives.
inline std::optional<text::TextError> refusal(std::string_view source) {
  try {
    text::assemble(source);
    return std::nullopt;
  } catch (const text::TextError& error) {
    return error;
  }
}

/// What decoding and validating the assembled text gives.
inline Outcome validate_text(std::string_view source) { return validate(text::assemble(source)); }

/// The error stands at this line and column, and its reason begins so.
MATCHER_P3(RefusedAt, line, column, reason, "") {
  const std::optional<text::TextError> error = refusal(arg);
  if (!error) {
    *result_listener << "which is accepted";
    return false;
  }
  *result_listener << error->text_message();
  return error->kind() == ModuleErrorKind::malformed && error->line() == static_cast<std::uint32_t>(line) &&
         error->column() == static_cast<std::uint32_t>(column) &&
         std::string_view(error->what()).starts_with(reason);
}

MATCHER_P(Refused, reason, "") {
  const std::optional<text::TextError> error = refusal(arg);
  if (!error) {
    *result_listener << "which is accepted";
    return false;
  }
  *result_listener << error->text_message();
  return error->kind() == ModuleErrorKind::malformed && std::string_view(error->what()).starts_with(reason);
}

MATCHER(RefusedAsUnsupported, "") {
  const std::optional<text::TextError> error = refusal(arg);
  return error && error->kind() == ModuleErrorKind::unsupported;
}

MATCHER_P(AssemblesTo, expected, "") { return text::assemble(arg) == expected; }

}  // namespace wasmjet::test
