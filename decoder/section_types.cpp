#include <algorithm>

#include "decoder/later_features.hpp"
#include "decoder/limits.hpp"
#include "decoder/sections.hpp"

// Sections that declare types and the entities of these types: type, import, function, table, memory, global.
namespace wasmjet::detail {

namespace {

std::vector<ValType> decode_result_type(ByteReader& in, std::string_view what, std::uint32_t limit) {
  const std::uint32_t n = in.count(what, limit);
  std::vector<ValType> types;
  types.reserve(n);
  for (std::uint32_t i = 0; i < n; ++i) types.push_back(in.val_type());
  return types;
}

std::uint32_t decode_type_index(ByteReader& in, const Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t index = in.u32();
  if (index >= module.types.size()) in.unknown(at, "type", index, module.types.size());
  return index;
}

/// Limits (spec 5.3.7) have 64 bits whatever the address type; how large they may be, and that they are in
/// order, is a matter of validation (spec 3.2.1).
Limits decode_limits(ByteReader& in) {
  const std::size_t at = in.offset();
  const std::uint8_t flags = in.byte();
  if (flags > 1) {
    const char* feature = feature_of_limits(flags);
    if (feature != nullptr) in.unsupported(at, std::string(feature) + ": not supported");
    in.malformed(at, "malformed limits flags " + hex(flags));
  }
  Limits limits;
  limits.min = in.u64();
  if (flags == 1) limits.max = in.u64();
  return limits;
}

void check_order(ByteReader& in, std::size_t at, const Limits& limits) {
  if (limits.max && *limits.max < limits.min) {
    in.invalid(at, "size minimum must not be greater than maximum: " + std::to_string(limits.min) + " > " +
                       std::to_string(*limits.max));
  }
}

void decode_table(ByteReader& in, Module& module) {
  constexpr std::uint8_t kWithInitializer = 0x40;
  if (in.peek() == kWithInitializer) {
    in.unsupported(in.offset(), "typed function references: not supported: table with an initializer");
  }
  TableType table;
  table.element = in.ref_type();
  const std::size_t at = in.offset();
  table.limits = decode_limits(in);
  if (table.limits.min > UINT32_MAX || table.limits.max.value_or(0) > UINT32_MAX) {
    in.invalid(at, "table size must be at most 2^32-1");
  }
  check_order(in, at, table.limits);
  if (module.tables.size() >= limits::kTables) {
    in.unsupported(at, "more than " + std::to_string(limits::kTables) + " tables");
  }
  module.tables.push_back(table);
}

void decode_memory(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const MemoryType memory{decode_limits(in)};
  if (memory.limits.min > limits::kMemoryPages || memory.limits.max.value_or(0) > limits::kMemoryPages) {
    in.invalid(at, "memory size must be at most 65536 pages (4GiB)");
  }
  check_order(in, at, memory.limits);
  if (!module.memories.empty()) in.unsupported(at, "multiple memories: not supported");
  module.memories.push_back(memory);
}

GlobalType decode_global_type(ByteReader& in) {
  GlobalType type;
  type.type = in.val_type();
  const std::size_t at = in.offset();
  const std::uint8_t mutability = in.byte();
  if (mutability > 1) in.malformed(at, "malformed mutability " + hex(mutability));
  type.is_mutable = mutability == 1;
  return type;
}

ExternKind decode_import_kind(ByteReader& in) {
  const std::size_t at = in.offset();
  const std::uint8_t kind = in.byte();
  if (kind == 4) in.unsupported(at, "exception handling: not supported: import of a tag");
  if (kind > 3) in.malformed(at, "malformed import kind " + hex(kind));
  return static_cast<ExternKind>(kind);
}

void decode_import(ByteReader& in, Module& module) {
  Import import;
  import.module = in.name();
  import.name = in.name();
  import.kind = decode_import_kind(in);
  switch (import.kind) {
    case ExternKind::function:
      import.index = module.imported_functions++;
      module.functions.push_back(decode_type_index(in, module));
      break;
    case ExternKind::table:
      import.index = module.imported_tables++;
      decode_table(in, module);
      break;
    case ExternKind::memory:
      import.index = module.imported_memories++;
      decode_memory(in, module);
      break;
    case ExternKind::global:
      import.index = module.imported_globals++;
      module.globals.push_back({decode_global_type(in), {}});
      break;
  }
  module.imports.push_back(std::move(import));
}

}  // namespace

void decode_type_section(ByteReader& in, Module& module) {
  constexpr std::uint8_t kFunction = 0x60;
  const std::uint32_t n = in.count("types", limits::kTypes);
  module.types.reserve(std::min<std::size_t>(n, in.remaining() / 3));
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::size_t at = in.offset();
    const std::uint8_t form = in.byte();
    if (form != kFunction) {
      const char* feature = feature_of_type_form(form);
      if (feature != nullptr) in.unsupported(at, std::string(feature) + ": not supported: type " + hex(form));
      in.malformed(at, "malformed function type " + hex(form));
    }
    FuncType type;
    type.params = decode_result_type(in, "parameters", limits::kParams);
    type.results = decode_result_type(in, "results", limits::kResults);
    module.types.push_back(std::move(type));
  }
}

void decode_import_section(ByteReader& in, Module& module) {
  const std::uint32_t n = in.count("imports", limits::kImports);
  module.imports.reserve(std::min<std::size_t>(n, in.remaining() / 4));
  for (std::uint32_t i = 0; i < n; ++i) decode_import(in, module);
}

void decode_function_section(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t n = in.count("functions", limits::kFunctions);
  if (n > limits::kFunctions - module.functions.size()) {
    in.unsupported(at,
                   "more than " + std::to_string(limits::kFunctions) + " functions with the imported ones");
  }
  module.functions.reserve(module.functions.size() + n);
  for (std::uint32_t i = 0; i < n; ++i) module.functions.push_back(decode_type_index(in, module));
}

void decode_table_section(ByteReader& in, Module& module) {
  const std::uint32_t n = in.u32();
  for (std::uint32_t i = 0; i < n; ++i) decode_table(in, module);
}

void decode_memory_section(ByteReader& in, Module& module) {
  const std::uint32_t n = in.u32();
  for (std::uint32_t i = 0; i < n; ++i) decode_memory(in, module);
}

void decode_global_section(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t n = in.count("globals", limits::kGlobals);
  if (n > limits::kGlobals - std::min<std::size_t>(module.globals.size(), limits::kGlobals)) {
    in.unsupported(at, "more than " + std::to_string(limits::kGlobals) + " globals with the imported ones");
  }
  module.globals.reserve(module.globals.size() + std::min<std::size_t>(n, in.remaining() / 4));
  for (std::uint32_t i = 0; i < n; ++i) {
    Global global;
    global.type = decode_global_type(in);
    global.init = decode_const_expr(in, module, global.type.type);
    module.globals.push_back(global);
  }
}

}  // namespace wasmjet::detail
