#include "decoder/text/immediates.hpp"

#include <bit>
#include <unordered_map>

#include "decoder/text/later_keywords.hpp"

namespace wasmjet::text {
namespace {

/// Flag of a memory argument's alignment: a memory index follows (spec 5.4.6).
constexpr std::uint64_t kMemoryIndexFlag = 0x40;

const std::unordered_map<std::string_view, Opcode>& opcodes_by_name() {
  static const auto* const kMap = [] {
    auto* map = new std::unordered_map<std::string_view, Opcode>;
    for (std::size_t i = 0; i < kOpcodeCount; ++i) {
      const auto op = static_cast<Opcode>(i);
      map->emplace(text_name(op), op);
    }
    return map;
  }();
  return *kMap;
}

/// The value of "key=123", if such a token follows.
std::optional<std::uint64_t> accept_assignment(TokenCursor& cursor, std::string_view key) {
  if (!cursor.at(TokenKind::keyword) || !cursor.peek_text().starts_with(key)) return std::nullopt;
  const Token token = cursor.next();
  return cursor.value_of(parse_unsigned(cursor.text(token).substr(key.size()), 64), token, "i64");
}

/// Memory index, offset and alignment (spec 6.5.7); `natural` is what an access aligns to by itself.
void parse_memory_argument(BodyContext& body, std::uint64_t natural, Bytes& out) {
  TokenCursor& cursor = body.cursor;
  const std::uint32_t memory = body.module.memories.resolve_or(cursor, 0);
  const std::uint64_t offset = accept_assignment(cursor, "offset=").value_or(0);
  const Token token = cursor.peek();
  const std::uint64_t align = accept_assignment(cursor, "align=").value_or(natural);
  if (!std::has_single_bit(align)) cursor.fail_at(token, "alignment must be a power of two");
  const auto exponent = static_cast<std::uint64_t>(std::countr_zero(align));
  put_unsigned(out, exponent | (memory != 0 ? kMemoryIndexFlag : 0));
  if (memory != 0) put_unsigned(out, memory);
  put_unsigned(out, offset);
}

void parse_branch_table(BodyContext& body, Bytes& out) {
  std::vector<std::uint32_t> labels;
  do {
    labels.push_back(body.labels.resolve(body.cursor));
  } while (body.cursor.at_index());
  put_unsigned(out, labels.size() - 1);
  for (const std::uint32_t label : labels) put_unsigned(out, label);
}

void parse_indirect_call(BodyContext& body, Bytes& out) {
  const std::uint32_t table = body.module.tables.resolve_or(body.cursor, 0);
  put_unsigned(out, parse_type_use(body.cursor, body.module.types, nullptr));
  put_unsigned(out, table);
}

/// "x? segment", in the binary "segment x" (table.init, memory.init).
void parse_segment_and(BodyContext& body, const IndexSpace& segments, const IndexSpace& space, Bytes& out) {
  TokenCursor& cursor = body.cursor;
  const TokenKind second = cursor.peek(1).kind;
  std::uint32_t index = 0;
  if (cursor.at_index() && (second == TokenKind::id || second == TokenKind::number)) {
    index = space.resolve(cursor);
  }
  put_unsigned(out, segments.resolve(cursor));
  put_unsigned(out, index);
}

/// Both or none of destination and source (table.copy, memory.copy).
void parse_copy(BodyContext& body, const IndexSpace& space, Bytes& out) {
  const bool given = body.cursor.at_index();
  put_unsigned(out, given ? space.resolve(body.cursor) : 0);
  put_unsigned(out, given ? space.resolve(body.cursor) : 0);
}

/// The types of "select (result ...)*".
void parse_select_types(BodyContext& body, Bytes& out) {
  std::vector<TextType> types;
  while (body.cursor.accept_list("result")) {
    while (!body.cursor.accept(TokenKind::close)) {
      types.push_back(parse_value_type(body.cursor, body.module.types.space()));
    }
  }
  put_unsigned(out, types.size());
  for (const TextType type : types) put_type(out, type);
}

/// A literal of the kind that follows; `parse` is one of parse_f32, parse_f64, or parse_integer of a width.
template <class Parse>
std::uint64_t parse_literal(TokenCursor& cursor, std::string_view type, Parse parse) {
  if (!cursor.at(TokenKind::number) && !cursor.at(TokenKind::keyword)) cursor.fail_unexpected();
  const Token token = cursor.next();
  return cursor.value_of(parse(cursor.text(token)), token, type);
}

void parse_constant(TokenCursor& cursor, Immediate kind, Bytes& out) {
  if (kind == Immediate::f32) return put_fixed(out, parse_literal(cursor, "f32", parse_f32), 4);
  if (kind == Immediate::f64) return put_fixed(out, parse_literal(cursor, "f64", parse_f64), 8);
  const unsigned width = kind == Immediate::i32 ? 32 : 64;
  const auto parse = [width](std::string_view text) { return parse_integer(text, width); };
  const std::uint64_t bits = parse_literal(cursor, width == 32 ? "i32" : "i64", parse);
  put_signed(out, width == 32 ? static_cast<std::int32_t>(bits) : static_cast<std::int64_t>(bits));
}

void parse_immediate(BodyContext& body, Immediate kind, Bytes& out) {
  TokenCursor& cursor = body.cursor;
  ModuleContext& module = body.module;
  switch (kind) {
    case Immediate::none:
      return;
    case Immediate::block_type:
      return parse_block_type(body, out);
    case Immediate::label:
      return put_unsigned(out, body.labels.resolve(cursor));
    case Immediate::br_table:
      return parse_branch_table(body, out);
    case Immediate::function:
      return put_unsigned(out, module.functions.resolve(cursor));
    case Immediate::call_indirect:
      return parse_indirect_call(body, out);
    case Immediate::heap_type:
      return put_signed(out, parse_heap_type(cursor, module.types.space()));
    case Immediate::select_types:
      return parse_select_types(body, out);
    case Immediate::local:
      return put_unsigned(out, body.locals.resolve(cursor));
    case Immediate::global:
      return put_unsigned(out, module.globals.resolve(cursor));
    case Immediate::table:
      return put_unsigned(out, module.tables.resolve_or(cursor, 0));
    case Immediate::table_init:
      return parse_segment_and(body, module.elements, module.tables, out);
    case Immediate::elem:
      return put_unsigned(out, module.elements.resolve(cursor));
    case Immediate::table_copy:
      return parse_copy(body, module.tables, out);
    case Immediate::memarg1:
      return parse_memory_argument(body, 1, out);
    case Immediate::memarg2:
      return parse_memory_argument(body, 2, out);
    case Immediate::memarg4:
      return parse_memory_argument(body, 4, out);
    case Immediate::memarg8:
      return parse_memory_argument(body, 8, out);
    case Immediate::memarg16:
      return parse_memory_argument(body, 16, out);
    case Immediate::type:
      return put_unsigned(out, module.types.space().resolve(cursor));
    case Immediate::memory:
      return put_unsigned(out, module.memories.resolve_or(cursor, 0));
    case Immediate::memory_init:
      module.writer.need_data_count();
      return parse_segment_and(body, module.data, module.memories, out);
    case Immediate::data:
      module.writer.need_data_count();
      return put_unsigned(out, module.data.resolve(cursor));
    case Immediate::memory_copy:
      return parse_copy(body, module.memories, out);
    case Immediate::i32:
    case Immediate::i64:
    case Immediate::f32:
    case Immediate::f64:
      return parse_constant(cursor, kind, out);
    default:
      cursor.fail_at(cursor.peek(), "immediates of this instruction", ModuleErrorKind::unsupported);
  }
}

}  // namespace

Opcode expect_opcode(TokenCursor& cursor) {
  if (!cursor.at(TokenKind::keyword)) cursor.fail_unexpected();
  const std::string keyword(cursor.peek_text());
  const auto found = opcodes_by_name().find(keyword);
  if (found == opcodes_by_name().end()) {
    if (is_later_instruction(keyword)) {
      cursor.fail_at(cursor.peek(), "instruction " + keyword, ModuleErrorKind::unsupported);
    }
    cursor.fail("unknown operator '" + keyword + "'");
  }
  cursor.next();
  return found->second;
}

void put_opcode(Bytes& out, Opcode op) {
  const OpcodeInfo& row = info(op);
  if (row.prefix != 0) out.push_back(row.prefix);
  if (row.prefix == 0) {
    out.push_back(static_cast<std::uint8_t>(row.code));
  } else {
    put_unsigned(out, row.code);
  }
}

void parse_block_type(BodyContext& body, Bytes& out) {
  TokenCursor& cursor = body.cursor;
  TypeTable& types = body.module.types;
  constexpr std::uint8_t kEmpty = 0x40;
  if (!cursor.at_list("type")) {
    const TokenCursor before = cursor;
    const TextFuncType type = parse_function_type(cursor, types.space(), nullptr);
    if (type.params.empty() && type.results.empty()) {
      out.push_back(kEmpty);
      return;
    }
    if (type.params.empty() && type.results.size() == 1) {
      put_type(out, type.results.front());
      return;
    }
    cursor = before;
  }
  put_signed(out, parse_type_use(cursor, types, nullptr));
}

void parse_instruction(BodyContext& body, Opcode op, Bytes& out) {
  if (op == Opcode::select && body.cursor.at_list("result")) op = Opcode::select_t;
  put_opcode(out, op);
  parse_immediate(body, info(op).immediate, out);
}

}  // namespace wasmjet::text
