#include "spec-tests/wast/script_values.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace wasmjet::wast {

using text::Token;
using text::TokenCursor;
using text::TokenKind;

namespace {

constexpr unsigned kVectorBits = 128;

/// How a lane of a number or vector is written.
struct LaneRow {
  std::string_view keyword;
  ValType type;
  unsigned bits;
  bool is_float;
};
constexpr LaneRow kNumberRows[] = {
    {"i32.const", kI32, 32, false},
    {"i64.const", kI64, 64, false},
    {"f32.const", kF32, 32, true},
    {"f64.const", kF64, 64, true},
};
constexpr LaneRow kShapeRows[] = {
    {"i8x16", kV128, 8, false},  {"i16x8", kV128, 16, false}, {"i32x4", kV128, 32, false},
    {"i64x2", kV128, 64, false}, {"f32x4", kV128, 32, true},  {"f64x2", kV128, 64, true},
};

struct HeapRow {
  std::string_view keyword;  ///< in "(ref.null keyword)"
  HeapType heap;
};
constexpr HeapRow kHeapRows[] = {
    {"func", HeapType::func},     {"extern", HeapType::extern_},    {"any", HeapType::any},
    {"eq", HeapType::eq},         {"i31", HeapType::i31},           {"struct", HeapType::struct_},
    {"array", HeapType::array},   {"exn", HeapType::exn},           {"none", HeapType::none},
    {"nofunc", HeapType::nofunc}, {"noextern", HeapType::noextern}, {"noexn", HeapType::noexn},
};

template <class Row, std::size_t N>
const Row* find_row(const Row (&rows)[N], std::string_view keyword) {
  const Row* const row = std::ranges::find(rows, keyword, &Row::keyword);
  return row == std::end(rows) ? nullptr : row;
}

/// Host references are numbered in scripts from 0, which must not become null.
void* host_reference(std::uint64_t number) {
  return std::bit_cast<void*>(static_cast<std::uintptr_t>(number + 1));
}

Token expect_literal(TokenCursor& cursor) {
  if (!cursor.at(TokenKind::number) && !cursor.at(TokenKind::keyword)) cursor.fail_unexpected();
  return cursor.next();
}

LanePattern parse_lane(TokenCursor& cursor, const LaneRow& row, bool patterns) {
  const Token literal = expect_literal(cursor);
  const std::string_view spelled = cursor.text(literal);
  if (patterns && row.is_float && spelled == "nan:canonical") return {LanePattern::Kind::canonical_nan};
  if (patterns && row.is_float && spelled == "nan:arithmetic") return {LanePattern::Kind::arithmetic_nan};
  const text::NumberResult number = !row.is_float    ? text::parse_integer(spelled, row.bits)
                                    : row.bits == 32 ? text::parse_f32(spelled)
                                                     : text::parse_f64(spelled);
  return {LanePattern::Kind::exact, cursor.value_of(number, literal, to_string(row.type))};
}

/// The part behind "(" and the keyword, if it is one of a number or vector.
bool parse_lanes(TokenCursor& cursor, std::string_view keyword, bool patterns, Pattern& out) {
  const LaneRow* row = find_row(kNumberRows, keyword);
  unsigned count = 1;
  if (keyword == "v128.const") {
    row = find_row(kShapeRows, cursor.peek_text());
    if (row == nullptr) cursor.fail_unexpected();
    cursor.next();
    count = kVectorBits / row->bits;
  }
  if (row == nullptr) return false;
  out.type = row->type;
  out.lane_bits = row->bits;
  for (unsigned i = 0; i < count; ++i) out.lanes.push_back(parse_lane(cursor, *row, patterns));
  return true;
}

void parse_null(TokenCursor& cursor, bool patterns, Pattern& out) {
  out.kind = Pattern::Kind::any_null;
  if (patterns && cursor.at(TokenKind::close)) return;
  const HeapRow* const row = find_row(kHeapRows, cursor.peek_text());
  if (row == nullptr) cursor.fail_unexpected();
  cursor.next();
  out.kind = Pattern::Kind::null;
  out.type = ValType::reference(row->heap);
}

/// "(ref.extern N)", "(ref.host N)", or in patterns "(ref.HEAP)".
void parse_reference(TokenCursor& cursor, const Token& keyword, bool patterns, Pattern& out) {
  const std::string_view name = cursor.text(keyword);
  if (name == "ref.null") return parse_null(cursor, patterns, out);
  const bool has_number = cursor.at(TokenKind::number);
  out.kind = Pattern::Kind::host;
  if (name == "ref.host" || (name == "ref.extern" && (has_number || !patterns))) {
    out.type = ValType::reference(name == "ref.host" ? HeapType::any : HeapType::extern_, false);
    out.value.ref = host_reference(cursor.expect_unsigned(32));
    return;
  }
  const HeapRow* const row = name.starts_with("ref.") ? find_row(kHeapRows, name.substr(4)) : nullptr;
  if (row == nullptr || !patterns) cursor.fail_at(keyword, "unexpected token '" + std::string(name) + "'");
  out.kind = Pattern::Kind::reference;
  out.type = ValType::reference(row->heap, false);
  if (row->heap == HeapType::func && cursor.at_index()) cursor.next();
}

/// "(keyword ...)", patterns too or values alone.
Pattern parse_one(TokenCursor& cursor, bool patterns) {
  Pattern out;
  const std::size_t begin = cursor.peek().offset;
  cursor.expect_open();
  const Token keyword = cursor.peek();
  const std::string_view name = cursor.expect_keyword();
  if (!parse_lanes(cursor, name, patterns, out)) parse_reference(cursor, keyword, patterns, out);
  const std::size_t end = cursor.peek().offset + cursor.peek().length;
  cursor.expect_close();
  out.text = std::string(cursor.source().substr(begin, end - begin));
  return out;
}

}  // namespace

TypedValue parse_value(TokenCursor& cursor) {
  const Pattern pattern = parse_one(cursor, false);
  TypedValue result{pattern.type, pattern.value};
  const std::size_t lane_bytes = pattern.lane_bits / 8;
  for (std::size_t i = 0; i < pattern.lanes.size(); ++i) {
    std::memcpy(result.value.v128 + i * lane_bytes, &pattern.lanes[i].bits, lane_bytes);
  }
  return result;
}

Pattern parse_pattern(TokenCursor& cursor) {
  if (!cursor.accept_list("either")) return parse_one(cursor, true);
  Pattern either;
  either.kind = Pattern::Kind::either;
  either.text = "(either";
  while (!cursor.accept(TokenKind::close)) {
    either.alternatives.push_back(parse_one(cursor, true));
    either.text += " " + either.alternatives.back().text;
  }
  either.text += ")";
  return either;
}

}  // namespace wasmjet::wast
