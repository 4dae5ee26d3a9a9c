#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "decoder/features.hpp"
#include "decoder/text/cursor.hpp"
#include "decoder/text/module_context.hpp"
#include "decoder/text/source_map.hpp"

namespace wasmjet::text {

/// Assembles a module in the text format (spec chapter 6) to the binary format: "(module ...)" in all its
/// forms, or its fields alone. What it does not refuse is to be decoded and validated the ordinary way.
/// Throws TextError, malformed or unsupported. If `map` is given, it tells where the bytes come from; it
/// stays empty for `binary` and `quote`.
std::vector<std::uint8_t> assemble(std::string_view text, SourceMap* map = nullptr,
                                   FunctionNaming naming = FunctionNaming::annotations);

/// Likewise, and decodes and validates the result, so that what is invalid or unsupported is a TextError
/// where it stands (a ModuleError if that is not known).
std::vector<std::uint8_t> assemble_valid(std::string_view text, const Features& features = {},
                                         FunctionNaming naming = FunctionNaming::annotations);

/// The same for the rest of a module within a longer text: from behind "(module" and its identifier up to
/// and with its ")". Handles `binary` and `quote`.
std::vector<std::uint8_t> assemble_rest(TokenCursor& cursor, SourceMap* map = nullptr);

/// Whether a module's bytes are meant as text: behind blanks they begin with a parenthesis or a comment.
bool looks_like_text(std::span<const std::uint8_t> bytes);

}  // namespace wasmjet::text
