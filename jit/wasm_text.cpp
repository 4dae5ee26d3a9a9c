#include "jit/wasm_text.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "decoder/code_reader.hpp"

namespace wasmjet::jit {
namespace {

std::string block_type_text(const BlockType& type) {
  switch (type.form) {
    case BlockType::Form::empty:
      return "";
    case BlockType::Form::result:
      return " (result " + to_string(type.result) + ")";
    case BlockType::Form::type_index:
      return fmt::format(" (type {})", type.type_index);
  }
  return "";
}

std::string memarg_text(const MemArg& arg, std::uint32_t natural_align_log2) {
  std::string out;
  if (arg.memory != 0) out += fmt::format(" {}", arg.memory);
  if (arg.offset != 0) out += fmt::format(" offset={}", arg.offset);
  if (arg.align_log2 != natural_align_log2) out += fmt::format(" align={}", 1U << (arg.align_log2 & 31));
  return out;
}

std::string br_table_text(CodeReader& reader) {
  constexpr std::uint32_t kMost = 16;  // a line is for people
  const std::uint32_t count = reader.u32();
  std::string out;
  for (std::uint32_t i = 0; i <= count; ++i) {
    const std::uint32_t label = reader.u32();
    if (i < kMost) out += fmt::format(" {}", label);
  }
  return count < kMost ? out : out + fmt::format(" ... ({} targets)", count + 1);
}

std::string two_indices(CodeReader& reader) {
  const std::uint32_t first = reader.u32();
  return fmt::format(" {} {}", first, reader.u32());
}

std::string call_indirect_text(CodeReader& reader) {
  const std::uint32_t type = reader.u32();
  const std::uint32_t table = reader.u32();
  return (table == 0 ? "" : fmt::format(" {}", table)) + fmt::format(" (type {})", type);
}

std::string select_text(CodeReader& reader) {
  std::string out;
  for (std::uint32_t count = reader.u32(); count > 0; --count) out += " " + to_string(reader.val_type());
  return " (result" + out + ")";
}

template <class Float, class Bits>
std::string float_text(Bits bits) {
  const auto number = std::bit_cast<Float>(bits);
  return std::isnan(number) ? fmt::format(" nan({:#x})", bits) : fmt::format(" {}", number);
}

std::string heap_type_text(ValType reference) {
  if (reference.heap() == HeapType::type) return fmt::format(" {}", reference.type_index());
  const std::string text = to_string(reference.as_non_null());  // "(ref HEAP)"
  return " " + text.substr(5, text.size() - 6);
}

std::string memarg_lane_text(CodeReader& reader, std::uint32_t natural_align_log2) {
  const std::string memarg = memarg_text(reader.memarg(), natural_align_log2);
  return memarg + fmt::format(" {}", reader.byte());
}

std::string bytes_text(CodeReader& reader, std::string text) {
  for (const std::uint8_t byte : reader.vector_bytes()) text += fmt::format(" {}", byte);
  return text;
}

std::string br_on_cast_text(CodeReader& reader) {
  const BrOnCast cast = reader.br_on_cast();
  return fmt::format(" {} {} {}", cast.label, to_string(cast.from), to_string(cast.to));
}

std::string try_table_text(CodeReader& reader) {
  constexpr const char* kNames[] = {"catch", "catch_ref", "catch_all", "catch_all_ref"};
  std::string text = block_type_text(reader.block_type());
  for (std::uint32_t count = reader.u32(); count > 0; --count) {
    const CatchClause clause = reader.catch_clause();
    text += fmt::format(" ({}", kNames[static_cast<std::size_t>(clause.kind)]);
    if (clause.has_tag()) text += fmt::format(" {}", clause.tag);
    text += fmt::format(" {})", clause.label);
  }
  return text;
}

std::string immediate_text(CodeReader& reader, Immediate immediate) {
  switch (immediate) {
    case Immediate::none:
      return "";
    case Immediate::block_type:
      return block_type_text(reader.block_type());
    case Immediate::br_table:
      return br_table_text(reader);
    case Immediate::call_indirect:
      return call_indirect_text(reader);
    case Immediate::heap_type:
      return heap_type_text(reader.heap_type());
    case Immediate::select_types:
      return select_text(reader);
    case Immediate::label:
    case Immediate::function:
    case Immediate::local:
    case Immediate::global:
    case Immediate::table:
    case Immediate::elem:
    case Immediate::memory:
    case Immediate::data:
    case Immediate::type:
    case Immediate::tag:
      return fmt::format(" {}", reader.u32());
    case Immediate::table_init:
    case Immediate::table_copy:
    case Immediate::memory_init:
    case Immediate::memory_copy:
    case Immediate::field:
    case Immediate::array_fixed:
    case Immediate::array_data:
    case Immediate::array_elem:
    case Immediate::array_copy:
      return two_indices(reader);
    case Immediate::memarg1:
      return memarg_text(reader.memarg(), 0);
    case Immediate::memarg2:
      return memarg_text(reader.memarg(), 1);
    case Immediate::memarg4:
      return memarg_text(reader.memarg(), 2);
    case Immediate::memarg8:
      return memarg_text(reader.memarg(), 3);
    case Immediate::memarg16:
      return memarg_text(reader.memarg(), 4);
    case Immediate::memarg1_lane:
      return memarg_lane_text(reader, 0);
    case Immediate::memarg2_lane:
      return memarg_lane_text(reader, 1);
    case Immediate::memarg4_lane:
      return memarg_lane_text(reader, 2);
    case Immediate::memarg8_lane:
      return memarg_lane_text(reader, 3);
    case Immediate::lane2:
    case Immediate::lane4:
    case Immediate::lane8:
    case Immediate::lane16:
      return fmt::format(" {}", reader.byte());
    case Immediate::zero_byte:
      reader.byte();
      return "";
    case Immediate::shuffle:
      return bytes_text(reader, "");
    case Immediate::v128:
      return bytes_text(reader, " i8x16");
    case Immediate::br_on_cast:
      return br_on_cast_text(reader);
    case Immediate::try_table:
      return try_table_text(reader);
    case Immediate::i32:
      return fmt::format(" {}", reader.s32());
    case Immediate::i64:
      return fmt::format(" {}", reader.s64());
    case Immediate::f32:
      return float_text<float>(reader.f32_bits());
    case Immediate::f64:
      return float_text<double>(reader.f64_bits());
  }
  return "";
}

}  // namespace

InstructionText instruction_text(const Module& module, std::uint32_t offset) {
  CodeReader reader(module.bytes.data() + offset);
  const Opcode opcode = reader.opcode();
  InstructionText result;
  result.text = std::string(text_name(opcode)) + immediate_text(reader, info(opcode).immediate);
  result.next = static_cast<std::uint32_t>(reader.position() - module.bytes.data());
  return result;
}

}  // namespace wasmjet::jit
