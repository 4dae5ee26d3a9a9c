#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wasmjet::fuzz {

/// A text with one to four of its tokens changed: doubled, dropped, exchanged, or replaced by words of the
/// text format, among them the names of all rows of the opcode table. What is no sequence of tokens comes
/// back as it is. The same for the same seed.
std::string mutate_text(std::string_view text, std::uint64_t seed);

}  // namespace wasmjet::fuzz
