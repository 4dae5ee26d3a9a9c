#pragma once

#include <cstdint>
#include <optional>

#include "decoder/text/cursor.hpp"
#include "decoder/text/module_writer.hpp"

namespace wasmjet::text {

/// What the text says of a memory's or table's size (spec 6.4.9 to 6.4.11; `shared` of the threads proposal,
/// page sizes of the custom page sizes proposal).
struct TextLimits {
  bool is_64 = false;  ///< the address type is i64
  std::uint64_t min = 0;
  std::optional<std::uint64_t> max;
  bool is_shared = false;
  std::optional<std::uint8_t> page_size_log2;
};

/// "i64" or "i32", if it is there. True for i64.
bool parse_address_type(TokenCursor& cursor);
/// "i64? min max?".
TextLimits parse_table_limits(TokenCursor& cursor);
/// "i64? min max? shared? (pagesize n)?".
TextLimits parse_memory_limits(TokenCursor& cursor);
/// "(pagesize n)", if it is there: the exponent of n, which must be a power of two.
std::optional<std::uint8_t> parse_page_size(TokenCursor& cursor);

/// The binary form (spec 5.3.10).
void put_limits(Bytes& out, const TextLimits& limits);

}  // namespace wasmjet::text
