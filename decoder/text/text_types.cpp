#include "decoder/text/text_types.hpp"

#include <utility>

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

void TypeTable::declare(TextFuncType type, std::uint32_t source) {
  first_.emplace(type, static_cast<std::uint32_t>(types_.size()));
  types_.push_back(std::move(type));
  sources_.push_back(source);
}

std::uint32_t TypeTable::find_or_append(const TextFuncType& type, std::uint32_t source) {
  const auto found = first_.find(type);
  if (found != first_.end()) return found->second;
  declare(type, source);
  space_.add(1);
  return static_cast<std::uint32_t>(types_.size() - 1);
}

void TypeTable::write(ModuleWriter& writer) const {
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const TextFuncType& type = types_[i];
    writer.set_source(sources_[i]);
    Bytes& out = writer.entry(SectionId::type);
    out.push_back(0x60);
    for (const std::vector<TextType>* list : {&type.params, &type.results}) {
      put_unsigned(out, list->size());
      for (const TextType element : *list) put_type(out, element);
    }
  }
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

std::uint32_t parse_type_use(TokenCursor& cursor, TypeTable& types, IndexSpace* names) {
  if (!cursor.accept_list("type")) {
    const std::uint32_t source = cursor.peek().offset;
    return types.find_or_append(parse_function_type(cursor, types.space(), names), source);
  }
  const std::uint32_t index = types.space().resolve(cursor);
  cursor.expect_close();
  const Token inline_type = cursor.peek();
  const TextFuncType written = parse_function_type(cursor, types.space(), names);
  const TextFuncType* declared = types.find(index);
  if (written == TextFuncType{}) {
    if (names != nullptr && declared != nullptr) {
      names->add(static_cast<std::uint32_t>(declared->params.size()));
    }
  } else if (declared == nullptr) {
    cursor.fail_at(inline_type, "unknown type " + std::to_string(index));
  } else if (written != *declared) {
    cursor.fail_at(inline_type, "inline function type does not match the type that is named");
  }
  return index;
}

void refuse_page_size(const TokenCursor& cursor) {
  if (!cursor.at_list("pagesize")) return;
  cursor.fail_at(cursor.peek(1), "custom page sizes", ModuleErrorKind::unsupported);
}

void parse_limits(TokenCursor& cursor, Bytes& out) {
  const bool is_64 = cursor.accept_keyword("i64");
  if (!is_64) cursor.accept_keyword("i32");
  const std::uint64_t min = cursor.expect_unsigned(64);
  std::optional<std::uint64_t> max;
  if (cursor.at(TokenKind::number)) max = cursor.expect_unsigned(64);
  const bool shared = cursor.accept_keyword("shared");
  refuse_page_size(cursor);
  out.push_back(static_cast<std::uint8_t>((max ? 1 : 0) | (shared ? 2 : 0) | (is_64 ? 4 : 0)));
  put_unsigned(out, min);
  if (max) put_unsigned(out, *max);
}

void put_fixed_limits(Bytes& out, bool is_64, std::uint64_t size) {
  out.push_back(is_64 ? 5 : 1);
  put_unsigned(out, size);
  put_unsigned(out, size);
}

}  // namespace wasmjet::text
