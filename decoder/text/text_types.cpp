#include "decoder/text/text_types.hpp"

#include <optional>

namespace wasmjet::text {
namespace {

struct NamedCode {
  std::string_view name;
  std::uint8_t code;
};

/// Value types that are one keyword (spec 6.4.4).
constexpr NamedCode kValueTypes[] = {
    {"i32", 0x7F},         {"i64", 0x7E},        {"f32", 0x7D},    {"f64", 0x7C},     {"v128", 0x7B},
    {"funcref", 0x70},     {"externref", 0x6F},  {"anyref", 0x6E}, {"eqref", 0x6D},   {"i31ref", 0x6C},
    {"structref", 0x6B},   {"arrayref", 0x6A},   {"exnref", 0x69}, {"nullref", 0x71}, {"nullexternref", 0x72},
    {"nullfuncref", 0x73}, {"nullexnref", 0x74},
};

/// Abstract heap types (spec 6.4.2).
constexpr NamedCode kHeapTypes[] = {
    {"func", 0x70},  {"extern", 0x6F}, {"any", 0x6E},  {"eq", 0x6D},       {"i31", 0x6C},    {"struct", 0x6B},
    {"array", 0x6A}, {"exn", 0x69},    {"none", 0x71}, {"noextern", 0x72}, {"nofunc", 0x73}, {"noexn", 0x74},
};

/// Types of fields that are narrower than any value (spec 5.3.8).
constexpr NamedCode kPackedTypes[] = {{"i8", 0x78}, {"i16", 0x77}};

template <std::size_t kCount>
std::optional<std::uint8_t> find_code(const NamedCode (&rows)[kCount], std::string_view name) {
  for (const NamedCode& row : rows) {
    if (row.name == name) return row.code;
  }
  return std::nullopt;
}

/// The s33 of an abstract heap type, whose one byte it is.
std::int64_t heap_of_code(std::uint8_t code) { return static_cast<std::int64_t>(code) - 0x80; }

TextType reference_type(bool nullable, std::int64_t heap) {
  if (nullable && heap < 0) return {static_cast<std::uint8_t>(heap + 0x80), 0};
  return {nullable ? kRefNullCode : kRefCode, heap};
}

/// The types of a "(param" or "(result" list up to its ")".
void parse_type_list(TokenCursor& cursor, const IndexSpace& types, std::vector<TextType>& out) {
  while (!cursor.accept(TokenKind::close)) out.push_back(parse_value_type(cursor, types));
}

}  // namespace

void put_type(Bytes& out, TextType type) {
  out.push_back(type.code);
  if (type.code == kRefCode || type.code == kRefNullCode) put_signed(out, type.heap);
}

TextType parse_value_type(TokenCursor& cursor, const IndexSpace& types) {
  if (cursor.accept_list("ref")) {
    const bool nullable = cursor.accept_keyword("null");
    const std::int64_t heap = parse_heap_type(cursor, types);
    cursor.expect_close();
    return reference_type(nullable, heap);
  }
  if (!cursor.at(TokenKind::keyword)) cursor.fail_unexpected();
  const auto code = find_code(kValueTypes, cursor.peek_text());
  if (!code) cursor.fail_unexpected();
  cursor.next();
  return {*code, 0};
}

bool at_value_type(const TokenCursor& cursor) {
  return cursor.at_list("ref") ||
         (cursor.at(TokenKind::keyword) && find_code(kValueTypes, cursor.peek_text()).has_value());
}

TextType parse_storage_type(TokenCursor& cursor, const IndexSpace& types) {
  if (cursor.at(TokenKind::keyword)) {
    if (const auto code = find_code(kPackedTypes, cursor.peek_text())) {
      cursor.next();
      return {*code, 0};
    }
  }
  return parse_value_type(cursor, types);
}

TextRefType parse_reference_type(TokenCursor& cursor, const IndexSpace& types) {
  const Token token = cursor.peek();
  const TextType type = parse_value_type(cursor, types);
  if (type.code == kRefCode || type.code == kRefNullCode) return {type.code == kRefNullCode, type.heap};
  constexpr std::uint8_t kLowestNumberType = 0x7B;
  if (type.code >= kLowestNumberType) cursor.fail_at(token, "unexpected token: a reference type is expected");
  return {true, heap_of_code(type.code)};
}

std::int64_t parse_heap_type(TokenCursor& cursor, const IndexSpace& types) {
  if (cursor.at_index()) return types.resolve(cursor);
  if (!cursor.at(TokenKind::keyword)) cursor.fail_unexpected();
  const auto code = find_code(kHeapTypes, cursor.peek_text());
  if (!code) cursor.fail_unexpected();
  cursor.next();
  return heap_of_code(*code);
}

TextFuncType parse_function_type(TokenCursor& cursor, const IndexSpace& types, IndexSpace* names) {
  TextFuncType type;
  while (cursor.accept_list("param")) {
    if (names != nullptr && cursor.at(TokenKind::id)) {
      names->define_next(cursor);
      type.params.push_back(parse_value_type(cursor, types));
      cursor.expect_close();
      continue;
    }
    const std::size_t before = type.params.size();
    parse_type_list(cursor, types, type.params);
    if (names != nullptr) names->add(static_cast<std::uint32_t>(type.params.size() - before));
  }
  while (cursor.accept_list("result")) parse_type_list(cursor, types, type.results);
  return type;
}

}  // namespace wasmjet::text
