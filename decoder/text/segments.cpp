#include "decoder/text/fields.hpp"

namespace wasmjet::text {
namespace {

/// Bits of an element segment's leading number (spec 5.5.12).
constexpr std::uint32_t kPassive = 1;
constexpr std::uint32_t kExplicitTable = 2;  ///< of an active segment; with kPassive: declarative
constexpr std::uint32_t kDeclarative = kPassive | kExplicitTable;
constexpr std::uint32_t kExpressions = 4;

constexpr std::uint8_t kFunctionElements = 0x00;

}  // namespace

/// The items of an element segment: function indices, or expressions of a type.
struct FieldParser::ItemList {
  bool expressions = false;
  TextType type = kTextFuncRef;
  std::uint32_t count = 0;
  Bytes bytes;
};

/// Instructions up to the ")" around them, and `end`.
void FieldParser::parse_constant_sequence(Bytes& out) {
  IndexSpace no_locals{"local"};
  InstructionParser(cursor_, module_, no_locals, out).parse_sequence();
  put_opcode(out, Opcode::end);
}

/// "(table x)" or "(memory x)", if it follows. Older texts have a number alone there (and for a table, no
/// keyword before the elements). True for the form in parentheses.
bool FieldParser::parse_target(std::string_view keyword, const IndexSpace& space, std::uint32_t& index) {
  if (cursor_.at(TokenKind::number)) index = space.resolve(cursor_);
  if (!cursor_.accept_list(keyword)) return false;
  index = space.resolve(cursor_);
  cursor_.expect_close();
  return true;
}

/// "(offset ...)", or one folded instruction.
void FieldParser::parse_offset(Bytes& out) {
  if (cursor_.accept_list("offset")) {
    parse_constant_sequence(out);
    return cursor_.expect_close();
  }
  IndexSpace no_locals{"local"};
  InstructionParser(cursor_, module_, no_locals, out).parse_folded();
  put_opcode(out, Opcode::end);
}

/// "(item ...)", or one folded instruction, each.
void FieldParser::parse_item_expressions(ItemList& list) {
  list.expressions = true;
  for (; cursor_.at(TokenKind::open); ++list.count) {
    if (cursor_.accept_list("item")) {
      parse_constant_sequence(list.bytes);
      cursor_.expect_close();
    } else {
      IndexSpace no_locals{"local"};
      InstructionParser(cursor_, module_, no_locals, list.bytes).parse_folded();
      put_opcode(list.bytes, Opcode::end);
    }
  }
}

/// As expressions, the indices stand for functions of the list's type; else of type (ref func).
void FieldParser::parse_item_indices(ItemList& list) {
  for (; cursor_.at_index(); ++list.count) {
    if (list.expressions) put_opcode(list.bytes, Opcode::ref_func);
    put_unsigned(list.bytes, module_.functions.resolve(cursor_));
    if (list.expressions) put_opcode(list.bytes, Opcode::end);
  }
}

/// `mode`: 0 for active, kPassive or kDeclarative.
void FieldParser::put_element(std::uint32_t mode, std::uint32_t table, const Bytes& offset,
                              const ItemList& list) {
  std::uint32_t flags = mode | (list.expressions ? kExpressions : 0);
  const bool active = mode == 0;
  if (active && (table != 0 || (list.expressions && list.type != kTextFuncRef))) flags |= kExplicitTable;
  Bytes& out = module_.writer.entry(SectionId::element);
  put_unsigned(out, flags);
  if (active && (flags & kExplicitTable) != 0) put_unsigned(out, table);
  put_bytes(out, offset);
  if ((flags & kDeclarative) != 0) {
    if (list.expressions) {
      put_type(out, list.type);
    } else {
      out.push_back(kFunctionElements);
    }
  }
  put_unsigned(out, list.count);
  put_bytes(out, list.bytes);
}

void FieldParser::define_element() {
  cursor_.accept_id();
  std::uint32_t mode = kPassive;
  std::uint32_t table = 0;
  bool table_given = false;
  Bytes offset;
  if (cursor_.accept_keyword("declare")) {
    mode = kDeclarative;
  } else if (cursor_.at(TokenKind::number) || (cursor_.at(TokenKind::open) && !cursor_.at_list("ref"))) {
    mode = 0;
    table_given = parse_target("table", module_.tables, table);
    parse_offset(offset);
  }
  ItemList list;
  if (cursor_.accept_keyword("func")) {
    parse_item_indices(list);
  } else if (at_value_type(cursor_)) {
    list.type = parse_value_type(cursor_, module_.types.space());
    parse_item_expressions(list);
  } else if (mode == 0 && !table_given) {
    parse_item_indices(list);
  } else {
    cursor_.fail_unexpected();
  }
  put_element(mode, table, offset, list);
}

void FieldParser::define_inline_elements(std::uint32_t table, TextType type, bool is_64) {
  if (!cursor_.accept_list("elem")) cursor_.fail_unexpected();
  ItemList list;
  list.type = type;
  if (cursor_.at(TokenKind::open)) {
    parse_item_expressions(list);
  } else {
    list.expressions = type != kTextFuncRef;
    parse_item_indices(list);
  }
  cursor_.expect_close();
  Bytes& out = module_.writer.entry(SectionId::table);
  put_type(out, type);
  TextLimits limits;
  limits.is_64 = is_64;
  limits.min = list.count;
  limits.max = list.count;
  put_limits(out, limits);
  Bytes zero;
  put_opcode(zero, is_64 ? Opcode::i64_const : Opcode::i32_const);
  put_signed(zero, 0);
  put_opcode(zero, Opcode::end);
  put_element(0, table, zero, list);
}

std::string FieldParser::parse_strings() {
  std::string bytes;
  while (cursor_.at(TokenKind::string)) bytes += cursor_.expect_string();
  return bytes;
}

void FieldParser::define_data() {
  cursor_.accept_id();
  std::uint32_t memory = 0;
  const bool active = cursor_.at(TokenKind::open) || cursor_.at(TokenKind::number);
  Bytes offset;
  if (active) {
    parse_target("memory", module_.memories, memory);
    parse_offset(offset);
  }
  Bytes& out = module_.writer.entry(SectionId::data);
  put_unsigned(out, active ? (memory == 0 ? 0 : 2) : 1);
  if (memory != 0) put_unsigned(out, memory);
  put_bytes(out, offset);
  put_string(out, parse_strings());
}

/// `limits` has the address type and the page size.
void FieldParser::define_inline_data(std::uint32_t memory, TextLimits limits) {
  cursor_.accept_list("data");
  const std::string bytes = parse_strings();
  cursor_.expect_close();
  constexpr std::uint8_t kPageSizeLog2 = 16;
  const std::uint64_t page_size = std::uint64_t{1} << limits.page_size_log2.value_or(kPageSizeLog2);
  limits.min = bytes.size() / page_size + (bytes.size() % page_size == 0 ? 0 : 1);
  limits.max = limits.min;
  put_limits(module_.writer.entry(SectionId::memory), limits);
  Bytes& out = module_.writer.entry(SectionId::data);
  put_unsigned(out, memory == 0 ? 0 : 2);
  if (memory != 0) put_unsigned(out, memory);
  put_opcode(out, limits.is_64 ? Opcode::i64_const : Opcode::i32_const);
  put_signed(out, 0);
  put_opcode(out, Opcode::end);
  put_string(out, bytes);
}

}  // namespace wasmjet::text
