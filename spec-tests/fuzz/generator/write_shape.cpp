#include "decoder/opcodes.hpp"
#include "spec-tests/fuzz/generator/module_shape.hpp"

namespace wasmjet::fuzz {
namespace {

using text::ModuleWriter;
using text::put_bytes;
using text::put_signed;
using text::put_string;
using text::put_unsigned;
using text::SectionId;

void put_types(Bytes& out, const std::vector<ValType>& types) {
  put_unsigned(out, types.size());
  for (const ValType type : types) out.push_back(code_of(type));
}

void put_limits(Bytes& out, const Limits& limits) {
  out.push_back(limits.max ? 1 : 0);
  put_unsigned(out, limits.min);
  if (limits.max) put_unsigned(out, *limits.max);
}

void put_table(Bytes& out, const TableType& table) {
  out.push_back(code_of(table.element));
  put_limits(out, table.limits);
}

void put_global(Bytes& out, const GlobalType& global) {
  out.push_back(code_of(global.type));
  out.push_back(global.is_mutable ? 1 : 0);
}

void put_opcode(Bytes& out, Opcode op) { out.push_back(static_cast<std::uint8_t>(info(op).code)); }

/// A reference to a function, or null.
void put_reference(Bytes& out, ValType type, std::optional<std::uint64_t> function) {
  if (function) {
    put_opcode(out, Opcode::ref_func);
    put_unsigned(out, *function);
  } else {
    put_opcode(out, Opcode::ref_null);
    out.push_back(code_of(type));
  }
}

void put_number(Bytes& out, ValKind kind, std::uint64_t bits) {
  switch (kind) {
    case ValKind::i32:
      put_opcode(out, Opcode::i32_const);
      put_signed(out, static_cast<std::int32_t>(bits));
      return;
    case ValKind::i64:
      put_opcode(out, Opcode::i64_const);
      put_signed(out, static_cast<std::int64_t>(bits));
      return;
    case ValKind::f32:
      put_opcode(out, Opcode::f32_const);
      return text::put_fixed(out, bits, 4);
    default:
      put_opcode(out, Opcode::f64_const);
      return text::put_fixed(out, bits, 8);
  }
}

void put_init(Bytes& out, ValType type, std::uint64_t bits) {
  if (type.is_num()) {
    put_number(out, type.kind(), bits);
  } else {
    put_reference(out, type, bits == 0 ? std::nullopt : std::optional(bits - 1));
  }
  put_opcode(out, Opcode::end);
}

Bytes& import_entry(ModuleWriter& writer, ExternKind kind) {
  Bytes& entry = writer.entry(SectionId::import);
  put_string(entry, "env");
  put_string(entry, "");
  entry.push_back(static_cast<std::uint8_t>(kind));
  return entry;
}

void write_imports(const ModuleShape& shape, ModuleWriter& writer) {
  for (std::uint32_t f = 0; f < shape.imported_functions; ++f) {
    put_unsigned(import_entry(writer, ExternKind::function), shape.functions[f].type);
  }
  if (shape.import_table) put_table(import_entry(writer, ExternKind::table), shape.tables[0]);
  if (shape.import_memory) put_limits(import_entry(writer, ExternKind::memory), shape.memories[0].limits);
  for (std::uint32_t g = 0; g < shape.imported_globals; ++g) {
    put_global(import_entry(writer, ExternKind::global), shape.globals[g]);
  }
}

void write_definitions(const ModuleShape& shape, ModuleWriter& writer) {
  for (std::size_t f = shape.imported_functions; f < shape.functions.size(); ++f) {
    put_unsigned(writer.entry(SectionId::function), shape.functions[f].type);
  }
  for (std::size_t t = shape.import_table ? 1 : 0; t < shape.tables.size(); ++t) {
    put_table(writer.entry(SectionId::table), shape.tables[t]);
  }
  if (!shape.memories.empty() && !shape.import_memory) {
    put_limits(writer.entry(SectionId::memory), shape.memories[0].limits);
  }
  for (std::size_t g = shape.imported_globals; g < shape.globals.size(); ++g) {
    Bytes& entry = writer.entry(SectionId::global);
    put_global(entry, shape.globals[g]);
    put_init(entry, shape.globals[g].type, shape.global_inits[g]);
  }
}

void write_exports(const ModuleShape& shape, ModuleWriter& writer) {
  Bytes& fuel = writer.entry(SectionId::export_);
  put_string(fuel, "fuel");
  fuel.push_back(static_cast<std::uint8_t>(ExternKind::global));
  put_unsigned(fuel, shape.fuel);
  for (std::size_t f = shape.imported_functions; f < shape.functions.size(); ++f) {
    Bytes& entry = writer.entry(SectionId::export_);
    put_string(entry, "f" + std::to_string(f - shape.imported_functions));
    entry.push_back(static_cast<std::uint8_t>(ExternKind::function));
    put_unsigned(entry, f);
  }
}

/// Active ones lie at the table's beginning.
void write_element(const ModuleShape::Element& element, Bytes& out) {
  const bool expressions = element.expressions;
  if (element.mode == SegmentMode::active) {
    put_unsigned(out, expressions ? 4 : 0);
    put_init(out, kI32, 0);
  } else {
    put_unsigned(out, (element.mode == SegmentMode::declarative ? 3U : 1U) | (expressions ? 4U : 0U));
    out.push_back(expressions ? code_of(element.type) : 0);
  }
  put_unsigned(out, element.items.size());
  for (const std::uint32_t item : element.items) {
    if (!expressions) {
      put_unsigned(out, item);
    } else {
      put_init(out, element.type, element.type == kFuncRef ? item + 1 : 0);
    }
  }
}

}  // namespace

std::uint8_t code_of(ValType type) {
  switch (type.kind()) {
    case ValKind::i32:
      return 0x7F;
    case ValKind::i64:
      return 0x7E;
    case ValKind::f32:
      return 0x7D;
    case ValKind::f64:
      return 0x7C;
    case ValKind::v128:
      return 0x7B;
    default:
      return type == kFuncRef ? 0x70 : 0x6F;
  }
}

void write_shape(const ModuleShape& shape, ModuleWriter& writer) {
  for (const FuncType& type : shape.types) {
    Bytes& entry = writer.entry(SectionId::type);
    entry.push_back(0x60);
    put_types(entry, type.params);
    put_types(entry, type.results);
  }
  write_imports(shape, writer);
  write_definitions(shape, writer);
  write_exports(shape, writer);
  if (shape.has_start) put_unsigned(writer.entry(SectionId::start), shape.imported_functions);
  for (const ModuleShape::Element& element : shape.elements) {
    write_element(element, writer.entry(SectionId::element));
  }
  if (!shape.data.empty()) writer.need_data_count();
  for (const ModuleShape::Data& data : shape.data) {
    Bytes& entry = writer.entry(SectionId::data);
    entry.push_back(data.is_active ? 0 : 1);
    if (data.is_active) put_init(entry, kI32, 65536 - 30);
    put_unsigned(entry, data.bytes.size());
    put_bytes(entry, data.bytes);
  }
}

}  // namespace wasmjet::fuzz
