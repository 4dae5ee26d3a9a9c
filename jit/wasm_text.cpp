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
      return reader.val_type() == kFuncRef ? " func" : " extern";
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
      return fmt::format(" {}", reader.u32());
    case Immediate::table_init:
    case Immediate::table_copy:
    case Immediate::memory_init:
    case Immediate::memory_copy:
      return two_indices(reader);
    case Immediate::memarg1:
      return memarg_text(reader.memarg(), 0);
    case Immediate::memarg2:
      return memarg_text(reader.memarg(), 1);
    case Immediate::memarg4:
      return memarg_text(reader.memarg(), 2);
    case Immediate::memarg8:
      return memarg_text(reader.memarg(), 3);
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
