#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "decoder/text/cursor.hpp"

namespace wasmjet::text {

/// Assembles a module in the text format (spec chapter 6) to the binary format: "(module ...)" in all its
/// forms, or its fields alone. What it does not refuse is to be decoded and validated the ordinary way.
/// Throws TextError, malformed or unsupported.
std::vector<std::uint8_t> assemble(std::string_view text);

/// The same for the rest of a module within a longer text: from behind "(module" and its identifier up to
/// and with its ")". Handles `binary` and `quote`.
std::vector<std::uint8_t> assemble_rest(TokenCursor& cursor);

/// Whether a module's bytes are meant as text: behind blanks they begin with a parenthesis or a comment.
bool looks_like_text(std::span<const std::uint8_t> bytes);

}  // namespace wasmjet::text
