#include "decoder/text/immediates.hpp"

#include <bit>
#include <unordered_map>

#include "decoder/signatures.hpp"
#include "decoder/text/constants.hpp"

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

/// Instructions of the exception handling that was never part of the standard. (Its other keywords stand only
/// within `try`.)
bool is_legacy_exception(std::string_view keyword) { return keyword == "try" || keyword == "rethrow"; }

/// The value of "key=123", if such a token follows.
std::optional<std::uint64_t> accept_assignment(TokenCursor& cursor, std::string_view key) {
  if (!cursor.at(TokenKind::keyword) || !cursor.peek_text().starts_with(key)) return std::nullopt;
  const Token token = cursor.next();
  return cursor.value_of(parse_unsigned(cursor.text(token).substr(key.size()), 64), token, "i64");
}

/// "offset=n? align=n?", behind the memory's index; `natural` is what the access aligns to by itself.
void parse_access(TokenCursor& cursor, std::uint32_t memory, std::uint64_t natural, Bytes& out) {
  const std::uint64_t offset = accept_assignment(cursor, "offset=").value_or(0);
  const Token token = cursor.peek();
  const std::uint64_t align = accept_assignment(cursor, "align=").value_or(natural);
  if (!std::has_single_bit(align)) cursor.fail_at(token, "alignment must be a power of two");
  const auto exponent = static_cast<std::uint64_t>(std::countr_zero(align));
  put_unsigned(out, exponent | (memory != 0 ? kMemoryIndexFlag : 0));
  if (memory != 0) put_unsigned(out, memory);
  put_unsigned(out, offset);
}

/// Memory index, offset and alignment (spec 6.5.7).
void parse_memory_argument(BodyContext& body, std::uint64_t natural, Bytes& out) {
  const std::uint32_t memory = body.module.memories.resolve_or(body.cursor, 0);
  parse_access(body.cursor, memory, natural, out);
}

/// Likewise with a lane behind it: an index alone is the lane.
void parse_lane_access(BodyContext& body, std::uint64_t natural, Bytes& out) {
  TokenCursor& cursor = body.cursor;
  const std::string_view second = cursor.peek_text(1);
  const bool memory_given =
      cursor.at_index() && (TokenCursor::is_index(cursor.peek(1)) || second.starts_with("offset=") ||
                            second.starts_with("align="));
  const std::uint32_t memory = memory_given ? body.module.memories.resolve(cursor) : 0;
  parse_access(cursor, memory, natural, out);
  parse_lane(cursor, out);
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
  const bool both = cursor.at_index() && TokenCursor::is_index(cursor.peek(1));
  const std::uint32_t index = both ? space.resolve(cursor) : 0;
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

/// "x y" of two spaces.
void parse_pair(TokenCursor& cursor, const IndexSpace& first, const IndexSpace& second, Bytes& out) {
  put_unsigned(out, first.resolve(cursor));
  put_unsigned(out, second.resolve(cursor));
}

/// "x i": a structure type and one of its fields.
void parse_field(BodyContext& body, Bytes& out) {
  const std::uint32_t type = body.module.types.space().resolve(body.cursor);
  put_unsigned(out, type);
  put_unsigned(out, body.module.types.resolve_field(body.cursor, type));
}

/// A label and two reference types, in the binary flags, label and two heap types.
void parse_cast_branch(BodyContext& body, Bytes& out) {
  const IndexSpace& types = body.module.types.space();
  const std::uint32_t label = body.labels.resolve(body.cursor);
  const TextRefType from = parse_reference_type(body.cursor, types);
  const TextRefType to = parse_reference_type(body.cursor, types);
  out.push_back(static_cast<std::uint8_t>((from.nullable ? 1 : 0) | (to.nullable ? 2 : 0)));
  put_unsigned(out, label);
  put_signed(out, from.heap);
  put_signed(out, to.heap);
}

struct CatchRow {
  std::string_view keyword;
  std::uint8_t code;
  bool has_tag;
};
constexpr CatchRow kCatchClauses[] = {{"catch", 0x00, true},
                                      {"catch_ref", 0x01, true},
                                      {"catch_all", 0x02, false},
                                      {"catch_all_ref", 0x03, false}};

const CatchRow* accept_catch(TokenCursor& cursor) {
  for (const CatchRow& row : kCatchClauses) {
    if (cursor.accept_list(row.keyword)) return &row;
  }
  return nullptr;
}

/// The labels are those around the block: its own is not in scope yet.
void parse_catch_clauses(BodyContext& body, Bytes& out) {
  Bytes clauses;
  std::uint32_t count = 0;
  for (; const CatchRow* row = accept_catch(body.cursor); ++count) {
    clauses.push_back(row->code);
    if (row->has_tag) put_unsigned(clauses, body.module.tags.resolve(body.cursor));
    put_unsigned(clauses, body.labels.resolve(body.cursor));
    body.cursor.expect_close();
  }
  put_unsigned(out, count);
  put_bytes(out, clauses);
}

/// "(type x)? (param ...)* (result ...)*" of a block, as the binary format writes it (spec 5.4.1).
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

/// Types with what goes with them.
void parse_aggregate_immediate(BodyContext& body, Immediate kind, Bytes& out) {
  TokenCursor& cursor = body.cursor;
  ModuleContext& module = body.module;
  const IndexSpace& types = module.types.space();
  switch (kind) {
    case Immediate::field:
      return parse_field(body, out);
    case Immediate::array_fixed:
      put_unsigned(out, types.resolve(cursor));
      return put_unsigned(out, cursor.expect_unsigned(32));
    case Immediate::array_data:
      module.writer.need_data_count();
      return parse_pair(cursor, types, module.data, out);
    case Immediate::array_elem:
      return parse_pair(cursor, types, module.elements, out);
    case Immediate::array_copy:
      return parse_pair(cursor, types, types, out);
    default:
      return put_unsigned(out, types.resolve(cursor));
  }
}

/// Literals and lanes.
void parse_literal_immediate(TokenCursor& cursor, Immediate kind, Bytes& out) {
  switch (kind) {
    case Immediate::v128:
      return parse_vector_constant(cursor, out);
    case Immediate::lane2:
    case Immediate::lane4:
    case Immediate::lane8:
    case Immediate::lane16:
      return parse_lane(cursor, out);
    case Immediate::shuffle:
      return parse_shuffle(cursor, out);
    case Immediate::zero_byte:
      return out.push_back(0);
    default:
      return parse_constant(cursor, kind, out);
  }
}

/// Memories and data segments.
void parse_memory_immediate(BodyContext& body, Immediate kind, Bytes& out) {
  TokenCursor& cursor = body.cursor;
  ModuleContext& module = body.module;
  switch (kind) {
    case Immediate::memory_init:
      module.writer.need_data_count();
      return parse_segment_and(body, module.data, module.memories, out);
    case Immediate::data:
      module.writer.need_data_count();
      return put_unsigned(out, module.data.resolve(cursor));
    case Immediate::memory_copy:
      return parse_copy(body, module.memories, out);
    default:
      return put_unsigned(out, module.memories.resolve_or(cursor, 0));
  }
}

void parse_immediate(BodyContext& body, Immediate kind, Bytes& out) {
  TokenCursor& cursor = body.cursor;
  ModuleContext& module = body.module;
  switch (kind) {
    case Immediate::none:
      return;
    case Immediate::block_type:
      return parse_block_type(body, out);
    case Immediate::try_table:
      parse_block_type(body, out);
      return parse_catch_clauses(body, out);
    case Immediate::label:
      return put_unsigned(out, body.labels.resolve(cursor));
    case Immediate::br_table:
      return parse_branch_table(body, out);
    case Immediate::br_on_cast:
      return parse_cast_branch(body, out);
    case Immediate::function:
      return put_unsigned(out, module.functions.resolve(cursor));
    case Immediate::call_indirect:
      return parse_indirect_call(body, out);
    case Immediate::tag:
      return put_unsigned(out, module.tags.resolve(cursor));
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
    case Immediate::type:
    case Immediate::field:
    case Immediate::array_fixed:
    case Immediate::array_data:
    case Immediate::array_elem:
    case Immediate::array_copy:
      return parse_aggregate_immediate(body, kind, out);
    case Immediate::memarg1:
    case Immediate::memarg2:
    case Immediate::memarg4:
    case Immediate::memarg8:
    case Immediate::memarg16:
      return parse_memory_argument(body, access_size(kind), out);
    case Immediate::memarg1_lane:
    case Immediate::memarg2_lane:
    case Immediate::memarg4_lane:
    case Immediate::memarg8_lane:
      return parse_lane_access(body, access_size(kind), out);
    case Immediate::memory:
    case Immediate::memory_init:
    case Immediate::data:
    case Immediate::memory_copy:
      return parse_memory_immediate(body, kind, out);
    case Immediate::i32:
    case Immediate::i64:
    case Immediate::f32:
    case Immediate::f64:
    case Immediate::v128:
    case Immediate::lane2:
    case Immediate::lane4:
    case Immediate::lane8:
    case Immediate::lane16:
    case Immediate::shuffle:
    case Immediate::zero_byte:
      return parse_literal_immediate(cursor, kind, out);
  }
}

/// The rows of a cast to a type that is nullable; those of the table's other row have the same text.
Opcode nullable_form(Opcode op) {
  return op == Opcode::ref_test ? Opcode::ref_test_null : Opcode::ref_cast_null;
}

}  // namespace

Opcode expect_opcode(TokenCursor& cursor) {
  if (!cursor.at(TokenKind::keyword)) cursor.fail_unexpected();
  const std::string keyword(cursor.peek_text());
  const auto found = opcodes_by_name().find(keyword);
  if (found == opcodes_by_name().end()) {
    if (is_legacy_exception(keyword)) {
      cursor.fail_at(cursor.peek(), "legacy exception handling (" + keyword + ")",
                     ModuleErrorKind::unsupported);
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

void parse_instruction(BodyContext& body, Opcode op, Bytes& out) {
  if (op == Opcode::ref_test || op == Opcode::ref_cast) {
    const TextRefType type = parse_reference_type(body.cursor, body.module.types.space());
    put_opcode(out, type.nullable ? nullable_form(op) : op);
    return put_signed(out, type.heap);
  }
  if (op == Opcode::select && body.cursor.at_list("result")) op = Opcode::select_t;
  put_opcode(out, op);
  parse_immediate(body, info(op).immediate, out);
}

}  // namespace wasmjet::text
