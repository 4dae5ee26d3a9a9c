#include "decoder/text/type_table.hpp"

#include <string>
#include <utility>

namespace wasmjet::text {
namespace {

/// Leading bytes of definitions (spec 5.3.9).
constexpr std::uint8_t kGroup = 0x4E;
constexpr std::uint8_t kSubFinal = 0x4F;
constexpr std::uint8_t kSub = 0x50;
constexpr std::uint8_t kArray = 0x5E;
constexpr std::uint8_t kStructure = 0x5F;
constexpr std::uint8_t kFunction = 0x60;

void put_function_type(Bytes& out, const TextFuncType& type) {
  out.push_back(kFunction);
  for (const std::vector<TextType>* list : {&type.params, &type.results}) {
    put_unsigned(out, list->size());
    for (const TextType element : *list) put_type(out, element);
  }
}

}  // namespace

void TypeTable::define_type(TokenCursor& cursor) {
  cursor.accept_id();
  parse_definition(cursor, writer_.entry(SectionId::type, cursor.peek().offset), true);
}

void TypeTable::define_group(TokenCursor& cursor) {
  Bytes types;
  SourceMap sources;
  std::uint32_t count = 0;
  // A group of one type is written as that type alone, which is the same (spec 5.3.9).
  TokenCursor ahead = cursor;
  const bool alone = ahead.accept_list("type") && (ahead.skip_to_close(), ahead.at(TokenKind::close));
  for (; cursor.at(TokenKind::open); ++count) {
    if (!cursor.accept_list("type")) cursor.fail_unexpected();
    cursor.accept_id();
    sources.push_back({types.size(), cursor.peek().offset});
    parse_definition(cursor, types, alone);
    cursor.expect_close();
  }
  Bytes& out = writer_.entry(SectionId::type);
  if (!alone) {
    out.push_back(kGroup);
    put_unsigned(out, count);
  }
  writer_.add_sources(SectionId::type, out.size(), sources);
  put_bytes(out, types);
}

/// "(sub ...)" or a composite type. `alone`: in a group of its own.
void TypeTable::parse_definition(TokenCursor& cursor, Bytes& out, bool alone) {
  if (!cursor.accept_list("sub")) {
    parse_composite(cursor, out);
    if (alone && functions_.back()) {
      first_.emplace(*functions_.back(), static_cast<std::uint32_t>(functions_.size() - 1));
    }
    return;
  }
  const bool is_final = cursor.accept_keyword("final");
  Bytes supers;
  std::uint32_t count = 0;
  for (; cursor.at_index(); ++count) put_unsigned(supers, space_.resolve(cursor));
  const bool plain = is_final && count == 0;
  if (!plain) {
    out.push_back(is_final ? kSubFinal : kSub);
    put_unsigned(out, count);
    put_bytes(out, supers);
  }
  parse_composite(cursor, out);
  if (plain && alone && functions_.back()) {
    first_.emplace(*functions_.back(), static_cast<std::uint32_t>(functions_.size() - 1));
  }
  cursor.expect_close();
}

/// "(func ...)", "(struct ...)" or "(array ...)".
void TypeTable::parse_composite(TokenCursor& cursor, Bytes& out) {
  if (cursor.accept_list("func")) {
    parse_function(cursor, out);
  } else if (cursor.accept_list("struct")) {
    parse_structure(cursor, out);
    functions_.emplace_back();
  } else if (cursor.accept_list("array")) {
    out.push_back(kArray);
    parse_field(cursor, out);
    functions_.emplace_back();
  } else {
    cursor.fail_unexpected();
  }
  cursor.expect_close();
}

void TypeTable::parse_function(TokenCursor& cursor, Bytes& out) {
  IndexSpace names{"param"};
  TextFuncType type = parse_function_type(cursor, space_, &names);
  put_function_type(out, type);
  functions_.emplace_back(std::move(type));
}

/// "(field $id type)", "(field type*)", each any number of times.
void TypeTable::parse_structure(TokenCursor& cursor, Bytes& out) {
  IndexSpace names{"field"};
  Bytes fields;
  while (cursor.accept_list("field")) {
    if (cursor.at(TokenKind::id)) {
      names.define_next(cursor);
      parse_field(cursor, fields);
      cursor.expect_close();
      continue;
    }
    for (; !cursor.accept(TokenKind::close); names.add(1)) parse_field(cursor, fields);
  }
  out.push_back(kStructure);
  put_unsigned(out, names.size());
  put_bytes(out, fields);
  if (names.has_names() || !names.annotated().empty())
    fields_.emplace(static_cast<std::uint32_t>(functions_.size()), std::move(names));
}

/// "type" or "(mut type)".
void TypeTable::parse_field(TokenCursor& cursor, Bytes& out) const {
  const bool is_mutable = cursor.accept_list("mut");
  put_type(out, parse_storage_type(cursor, space_));
  out.push_back(is_mutable ? 1 : 0);
  if (is_mutable) cursor.expect_close();
}

std::uint32_t TypeTable::find_or_append(const TextFuncType& type, std::uint32_t source) {
  const auto [found, is_new] = first_.try_emplace(type, static_cast<std::uint32_t>(functions_.size()));
  if (is_new) {
    put_function_type(writer_.entry(SectionId::type, source), type);
    functions_.emplace_back(type);
    space_.add(1);
  }
  return found->second;
}

std::uint32_t TypeTable::resolve_field(TokenCursor& cursor, std::uint32_t type) const {
  static const IndexSpace kNoNames{"field"};
  const auto found = fields_.find(type);
  return (found == fields_.end() ? kNoNames : found->second).resolve(cursor);
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
  const TextFuncType* declared = types.find_function(index);
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

}  // namespace wasmjet::text
