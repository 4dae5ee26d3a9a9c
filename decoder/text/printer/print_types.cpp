#include "decoder/text/printer/print_types.hpp"

namespace wasmjet::text {
namespace {

// Encodings of the type section (spec 5.3.6 to 5.3.9).
constexpr std::uint8_t kRec = 0x4E, kSubFinal = 0x4F, kSub = 0x50;
constexpr std::uint8_t kArray = 0x5E, kStruct = 0x5F;
constexpr std::uint8_t kI8 = 0x78, kI16 = 0x77;

/// Flags of limits (spec 5.3.10, and the proposals for threads and custom page sizes).
constexpr std::uint8_t kHasMaximum = 1, kShared = 2, k64 = 4, kPageSize = 8;

/// Returns the flags.
std::uint8_t put_limits(TextOutput& out, CodeReader& reader) {
  const std::uint8_t flags = reader.byte();
  if ((flags & k64) != 0) out << " i64";
  out << " " << reader.u64();
  if ((flags & kHasMaximum) != 0) out << " " << reader.u64();
  return flags;
}

void put_types(TextOutput& out, const Identifiers& ids, std::string_view keyword, CodeReader& reader) {
  std::uint32_t count = reader.u32();
  if (count == 0) return;
  out << " (" << keyword;
  for (; count > 0; --count) {
    out << " ";
    put_value_type(out, ids, reader.val_type());
  }
  out << ")";
}

/// A storage type with its mutability: "(mut i8)".
void put_field_type(TextOutput& out, const Identifiers& ids, CodeReader& reader) {
  const std::uint8_t code = *reader.position();
  const bool packed = code == kI8 || code == kI16;
  const ValType type = packed ? ValType{} : reader.val_type();
  if (packed) reader.byte();
  const bool is_mutable = reader.byte() != 0;
  if (is_mutable) out << "(mut ";
  if (packed) {
    out << (code == kI8 ? "i8" : "i16");
  } else {
    put_value_type(out, ids, type);
  }
  if (is_mutable) out << ")";
}

void put_struct_fields(TextOutput& out, const Identifiers& ids, std::uint32_t type, CodeReader& reader) {
  const IdentifierSpace& names = ids.fields_of(type);
  const std::uint32_t count = reader.u32();
  for (std::uint32_t field = 0; field < count; ++field) {
    out << " (field ";
    if (const std::string_view name = names.find(field); !name.empty()) out << name << " ";
    put_field_type(out, ids, reader);
    out << ")";
  }
}

void put_composite_type(TextOutput& out, const Identifiers& ids, std::uint32_t type, CodeReader& reader) {
  switch (reader.byte()) {
    case kStruct:
      out << "(struct";
      put_struct_fields(out, ids, type, reader);
      break;
    case kArray:
      out << "(array ";
      put_field_type(out, ids, reader);
      break;
    default:
      out << "(func";
      put_types(out, ids, "param", reader);
      put_types(out, ids, "result", reader);
      break;
  }
  out << ")";
}

/// One type with its number and its supertypes.
void put_type_definition(TextOutput& out, const Identifiers& ids, std::uint32_t type, CodeReader& reader) {
  out << "(type";
  put_definition(out, ids.types, type);
  out << " ";
  const std::uint8_t code = *reader.position();
  const bool is_sub = code == kSub || code == kSubFinal;
  if (is_sub) {
    reader.byte();
    out << "(sub ";
    if (code == kSubFinal) out << "final ";
    for (std::uint32_t supers = reader.u32(); supers > 0; --supers) {
      put_index(out, ids.types, reader.u32());
      out << " ";
    }
  }
  put_composite_type(out, ids, type, reader);
  out << (is_sub ? "))" : ")");
}

}  // namespace

void put_value_type(TextOutput& out, const Identifiers& ids, ValType type) {
  if (!type.is_ref() || type.heap() != HeapType::type) {
    out << to_string(type);
    return;
  }
  out << (type.is_nullable() ? "(ref null " : "(ref ");
  put_index(out, ids.types, type.type_index());
  out << ")";
}

void put_heap_type(TextOutput& out, const Identifiers& ids, ValType reference) {
  if (reference.heap() == HeapType::type) return put_index(out, ids.types, reference.type_index());
  const std::string text = to_string(reference.as_non_null());  // "(ref HEAP)"
  out << std::string_view(text).substr(5, text.size() - 6);
}

void put_type_use(TextOutput& out, const Identifiers& ids, std::uint32_t type) {
  out << " (type ";
  put_index(out, ids.types, type);
  out << ")";
}

void put_params(TextOutput& out, const Identifiers& ids, const std::vector<ValType>& params,
                const IdentifierSpace& names) {
  bool open = false;  // a list of parameters without names
  for (std::uint32_t i = 0; i < params.size(); ++i) {
    const std::string_view name = names.find(i);
    if (open && !name.empty()) out << ")";
    if (!open || !name.empty()) out << " (param";
    if (!name.empty()) out << " " << name;
    out << " ";
    put_value_type(out, ids, params[i]);
    open = name.empty();
    if (!open) out << ")";
  }
  if (open) out << ")";
}

void put_results(TextOutput& out, const Identifiers& ids, const std::vector<ValType>& results) {
  if (results.empty()) return;
  out << " (result";
  for (const ValType type : results) {
    out << " ";
    put_value_type(out, ids, type);
  }
  out << ")";
}

void put_function_type(TextOutput& out, const Identifiers& ids, const Module& module, std::uint32_t type,
                       const IdentifierSpace& names) {
  put_type_use(out, ids, type);
  put_params(out, ids, module.types[type].params, names);
  put_results(out, ids, module.types[type].results);
}

void put_table_type(TextOutput& out, const Identifiers& ids, CodeReader& reader) {
  const ValType element = reader.val_type();  // text has it last
  put_limits(out, reader);
  out << " ";
  put_value_type(out, ids, element);
}

void put_memory_type(TextOutput& out, CodeReader& reader) {
  const std::uint8_t flags = put_limits(out, reader);
  if ((flags & kShared) != 0) out << " shared";
  if ((flags & kPageSize) != 0) out << " (pagesize " << (std::uint64_t{1} << reader.u32()) << ")";
}

void put_global_type(TextOutput& out, const Identifiers& ids, CodeReader& reader) {
  const ValType type = reader.val_type();
  const bool is_mutable = reader.byte() != 0;
  out << (is_mutable ? " (mut " : " ");
  put_value_type(out, ids, type);
  if (is_mutable) out << ")";
}

void put_type_section(TextOutput& out, const Identifiers& ids, CodeReader& reader) {
  std::uint32_t type = 0;
  for (std::uint32_t groups = reader.u32(); groups > 0; --groups) {
    out.new_line(1);
    if (*reader.position() != kRec) {
      put_type_definition(out, ids, type++, reader);
      continue;
    }
    reader.byte();
    out << "(rec";
    for (std::uint32_t types = reader.u32(); types > 0; --types) {
      out.new_line(2);
      put_type_definition(out, ids, type++, reader);
    }
    out << ")";
  }
}

}  // namespace wasmjet::text
