#include "decoder/text/printer/print_instructions.hpp"

#include "decoder/signatures.hpp"
#include "decoder/text/printer/print_types.hpp"

namespace wasmjet::text {
namespace {

constexpr bool opens_block(Opcode op) {
  return op == Opcode::block || op == Opcode::loop || op == Opcode::if_ || op == Opcode::try_table;
}

}  // namespace

Opcode InstructionPrinter::put_instruction(CodeReader& reader) {
  const Opcode op = reader.opcode();
  out_ << text_name(op);
  if (opens_block(op)) {
    if (const std::string_view name = ids_.labels.find(blocks_); !name.empty()) out_ << " " << name;
  }
  put_immediates(op, reader);
  return op;
}

void InstructionPrinter::enter_or_leave_block(Opcode op) {
  if (opens_block(op)) {
    open_blocks_.push_back(blocks_++);
    out_ << "  ;; label = @" << static_cast<std::uint64_t>(depth());
  } else if (op == Opcode::end) {
    open_blocks_.pop_back();
  }
}

void InstructionPrinter::put_expression(CodeReader& reader, std::string_view open, std::string_view close) {
  const auto at_end = [](CodeReader ahead) { return ahead.opcode() == Opcode::end; };
  CodeReader ahead = reader;
  ahead.skip_immediates(ahead.opcode());
  const bool single = at_end(ahead);
  out_ << (single ? "(" : open);
  for (bool first = true; !at_end(reader); first = false) {
    if (!first) out_ << " ";
    put_instruction(reader);
  }
  out_ << (single ? ")" : close);
  reader.opcode();
}

void InstructionPrinter::put(Space space, std::uint32_t index) {
  out_ << " ";
  put_index(out_, ids_.*space, index);
}

void InstructionPrinter::put_unless_zero(Space space, std::uint32_t index) {
  if (index != 0) put(space, index);
}

/// By name, which is unique in the function; else by its number, with that of the block as a comment.
void InstructionPrinter::put_label(std::uint32_t label) {
  out_ << " ";
  if (label >= depth()) {
    out_ << label;
    return;
  }
  const std::size_t block = depth() - 1 - label;
  const std::string_view name = ids_.labels.find(open_blocks_[block]);
  if (name.empty()) {
    out_ << label << " (;@" << std::uint64_t{block + 1} << ";)";
  } else {
    out_ << name;
  }
}

void InstructionPrinter::put_block_type(CodeReader& reader) {
  const BlockType type = reader.block_type();
  if (type.form == BlockType::Form::type_index) return put_type_use(out_, ids_, type.type_index);
  if (type.form == BlockType::Form::result) put_results(out_, ids_, {type.result});
}

void InstructionPrinter::put_branch_table(CodeReader& reader) {
  for (std::uint64_t labels = std::uint64_t{reader.u32()} + 1; labels > 0; --labels) put_label(reader.u32());
}

void InstructionPrinter::put_indirect_call(CodeReader& reader) {
  const std::uint32_t type = reader.u32();
  put_unless_zero(&Identifiers::tables, reader.u32());
  put_type_use(out_, ids_, type);
}

/// ref.null has a heap type; casts and tests have a reference type, whose nullability the opcode says.
void InstructionPrinter::put_reference_type(Opcode op, CodeReader& reader) {
  out_ << " ";
  if (op == Opcode::ref_null) return put_heap_type(out_, ids_, reader.heap_type());
  const bool nullable = op == Opcode::ref_test_null || op == Opcode::ref_cast_null;
  put_value_type(out_, ids_, reader.heap_type(nullable));
}

void InstructionPrinter::put_select_types(CodeReader& reader) {
  std::vector<ValType> types;
  for (std::uint32_t count = reader.u32(); count > 0; --count) types.push_back(reader.val_type());
  put_results(out_, ids_, types);
}

/// In the binary "segment x", in text "x? segment".
void InstructionPrinter::put_segment_and(Space segments, Space space, CodeReader& reader) {
  const std::uint32_t segment = reader.u32();
  put_unless_zero(space, reader.u32());
  put(segments, segment);
}

/// Destination and source: both or none.
void InstructionPrinter::put_copy(Space space, CodeReader& reader) {
  const std::uint32_t destination = reader.u32();
  const std::uint32_t source = reader.u32();
  if (destination == 0 && source == 0) return;
  put(space, destination);
  put(space, source);
}

void InstructionPrinter::put_memory_argument(Immediate kind, CodeReader& reader) {
  const MemArg arg = reader.memarg();
  put_unless_zero(&Identifiers::memories, arg.memory);
  if (arg.offset != 0) out_ << " offset=" << arg.offset;
  const std::uint32_t align = 1U << (arg.align_log2 & 31);
  if (align != access_size(kind)) out_ << " align=" << align;
}

void InstructionPrinter::put_field(CodeReader& reader) {
  const std::uint32_t type = reader.u32();
  put(&Identifiers::types, type);
  out_ << " ";
  put_index(out_, ids_.fields_of(type), reader.u32());
}

void InstructionPrinter::put_type_and(Space space, CodeReader& reader) {
  put(&Identifiers::types, reader.u32());
  put(space, reader.u32());
}

void InstructionPrinter::put_cast_branch(CodeReader& reader) {
  const BrOnCast cast = reader.br_on_cast();
  put_label(cast.label);
  for (const ValType type : {cast.from, cast.to}) {
    out_ << " ";
    put_value_type(out_, ids_, type);
  }
}

void InstructionPrinter::put_try_table(CodeReader& reader) {
  constexpr std::string_view kNames[] = {" (catch", " (catch_ref", " (catch_all", " (catch_all_ref"};
  put_block_type(reader);
  for (std::uint32_t count = reader.u32(); count > 0; --count) {
    const CatchClause clause = reader.catch_clause();
    out_ << kNames[static_cast<std::size_t>(clause.kind)];
    if (clause.has_tag()) put(&Identifiers::tags, clause.tag);
    put_label(clause.label);
    out_ << ")";
  }
}

void InstructionPrinter::put_vector(CodeReader& reader) {
  out_ << " i32x4";
  for (int lane = 0; lane < 4; ++lane) {
    out_ << " ";
    out_.put_hex_word(reader.f32_bits());
  }
}

void InstructionPrinter::put_lanes(CodeReader& reader) {
  for (const std::uint8_t lane : reader.vector_bytes()) out_ << " " << std::uint32_t{lane};
}

void InstructionPrinter::put_immediates(Opcode op, CodeReader& reader) {
  using Ids = Identifiers;
  switch (const Immediate kind = info(op).immediate) {
    case Immediate::none:
      return;
    case Immediate::block_type:
      return put_block_type(reader);
    case Immediate::label:
      return put_label(reader.u32());
    case Immediate::br_table:
      return put_branch_table(reader);
    case Immediate::call_indirect:
      return put_indirect_call(reader);
    case Immediate::heap_type:
      return put_reference_type(op, reader);
    case Immediate::select_types:
      return put_select_types(reader);
    case Immediate::function:
      return put(&Ids::functions, reader.u32());
    case Immediate::local:
      return put(&Ids::locals, reader.u32());
    case Immediate::global:
      return put(&Ids::globals, reader.u32());
    case Immediate::table:
      return put(&Ids::tables, reader.u32());
    case Immediate::elem:
      return put(&Ids::elements, reader.u32());
    case Immediate::data:
      return put(&Ids::data, reader.u32());
    case Immediate::type:
      return put(&Ids::types, reader.u32());
    case Immediate::tag:
      return put(&Ids::tags, reader.u32());
    case Immediate::memory:
      return put_unless_zero(&Ids::memories, reader.u32());
    case Immediate::table_init:
      return put_segment_and(&Ids::elements, &Ids::tables, reader);
    case Immediate::memory_init:
      return put_segment_and(&Ids::data, &Ids::memories, reader);
    case Immediate::table_copy:
      return put_copy(&Ids::tables, reader);
    case Immediate::memory_copy:
      return put_copy(&Ids::memories, reader);
    case Immediate::field:
      return put_field(reader);
    case Immediate::array_fixed:
      put(&Ids::types, reader.u32());
      out_ << " " << reader.u32();
      return;
    case Immediate::array_data:
      return put_type_and(&Ids::data, reader);
    case Immediate::array_elem:
      return put_type_and(&Ids::elements, reader);
    case Immediate::array_copy:
      return put_type_and(&Ids::types, reader);
    case Immediate::br_on_cast:
      return put_cast_branch(reader);
    case Immediate::try_table:
      return put_try_table(reader);
    default:
      return put_access_or_vector(kind, reader);
  }
}

/// The rest: memory accesses, numbers, vectors and their lanes.
void InstructionPrinter::put_access_or_vector(Immediate kind, CodeReader& reader) {
  switch (kind) {
    case Immediate::i32:
      out_ << " " << reader.s32();
      return;
    case Immediate::i64:
      out_ << " " << reader.s64();
      return;
    case Immediate::f32:
      out_ << " ";
      return out_.put_f32(reader.f32_bits());
    case Immediate::f64:
      out_ << " ";
      return out_.put_f64(reader.f64_bits());
    case Immediate::memarg1:
    case Immediate::memarg2:
    case Immediate::memarg4:
    case Immediate::memarg8:
    case Immediate::memarg16:
      return put_memory_argument(kind, reader);
    case Immediate::memarg1_lane:
    case Immediate::memarg2_lane:
    case Immediate::memarg4_lane:
    case Immediate::memarg8_lane:
      put_memory_argument(kind, reader);
      [[fallthrough]];
    case Immediate::lane2:
    case Immediate::lane4:
    case Immediate::lane8:
    case Immediate::lane16:
      out_ << " " << std::uint32_t{reader.byte()};
      return;
    case Immediate::shuffle:
      return put_lanes(reader);
    case Immediate::v128:
      return put_vector(reader);
    case Immediate::zero_byte:
      reader.byte();
      return;
    default:
      return;
  }
}

}  // namespace wasmjet::text
