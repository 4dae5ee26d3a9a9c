#include "decoder/text/text_limits.hpp"

#include <bit>

namespace wasmjet::text {
namespace {

/// Bits of the leading flags.
constexpr unsigned kHasMaximum = 1;
constexpr unsigned kShared = 2;
constexpr unsigned k64 = 4;
constexpr unsigned kHasPageSize = 8;

}  // namespace

bool parse_address_type(TokenCursor& cursor) {
  return cursor.accept_keyword("i64") || (cursor.accept_keyword("i32"), false);
}

TextLimits parse_table_limits(TokenCursor& cursor) {
  TextLimits limits;
  limits.is_64 = parse_address_type(cursor);
  limits.min = cursor.expect_unsigned(64);
  if (cursor.at(TokenKind::number)) limits.max = cursor.expect_unsigned(64);
  return limits;
}

TextLimits parse_memory_limits(TokenCursor& cursor) {
  TextLimits limits = parse_table_limits(cursor);
  limits.is_shared = cursor.accept_keyword("shared");
  limits.page_size_log2 = parse_page_size(cursor);
  return limits;
}

std::optional<std::uint8_t> parse_page_size(TokenCursor& cursor) {
  if (!cursor.accept_list("pagesize")) return std::nullopt;
  const Token token = cursor.peek();
  const std::uint64_t size = cursor.expect_unsigned(64);
  if (!std::has_single_bit(size)) cursor.fail_at(token, "invalid custom page size: not a power of two");
  cursor.expect_close();
  return static_cast<std::uint8_t>(std::countr_zero(size));
}

void put_limits(Bytes& out, const TextLimits& limits) {
  out.push_back(static_cast<std::uint8_t>((limits.max ? kHasMaximum : 0) | (limits.is_shared ? kShared : 0) |
                                          (limits.is_64 ? k64 : 0) |
                                          (limits.page_size_log2 ? kHasPageSize : 0)));
  put_unsigned(out, limits.min);
  if (limits.max) put_unsigned(out, *limits.max);
  if (limits.page_size_log2) put_unsigned(out, *limits.page_size_log2);
}

}  // namespace wasmjet::text
