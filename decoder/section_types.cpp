#include <algorithm>

#include "decoder/limits.hpp"
#include "decoder/sections.hpp"

// Sections that declare entities of the types: import, function, table, memory, tag, global.
namespace wasmjet::detail {

namespace {

/// The index of a function type.
std::uint32_t decode_type_index(ByteReader& in, const Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t index = in.u32();
  if (index >= module.types.size()) in.unknown(at, "type", index, module.types.size());
  if (module.type_defs[index].form != TypeForm::func) {
    in.invalid(at, "type mismatch: type " + std::to_string(index) + " is not a function type");
  }
  return index;
}

/// The flags byte of limits (spec 5.3.7).
constexpr std::uint8_t kHasMaximum = 1;
constexpr std::uint8_t kShared = 2;
constexpr std::uint8_t k64 = 4;
constexpr std::uint8_t kPageSize = 8;

std::uint8_t decode_limits_flags(ByteReader& in, std::uint8_t allowed) {
  const std::size_t at = in.offset();
  const std::uint8_t flags = in.byte();
  if ((flags & ~allowed) != 0) {
    const bool is_feature = (flags & ~(kHasMaximum | kShared | k64 | kPageSize)) == 0;
    in.malformed(at, "malformed limits flags " + hex(flags) +
                         (is_feature ? ": shared memories and custom page sizes are not enabled" : ""));
  }
  return flags;
}

/// That limits are in order is a matter of validation (spec 3.2.1).
Limits decode_limits(ByteReader& in, std::uint8_t flags) {
  Limits limits;
  limits.min = in.u64();
  if ((flags & kHasMaximum) != 0) limits.max = in.u64();
  return limits;
}

void check_order(ByteReader& in, std::size_t at, const Limits& limits) {
  if (limits.max && *limits.max < limits.min) {
    in.invalid(at, "size minimum must not be greater than maximum: " + std::to_string(limits.min) + " > " +
                       std::to_string(*limits.max));
  }
}

TableType decode_table_type(ByteReader& in, const Module& module) {
  TableType table;
  table.element = in.ref_type();
  const std::size_t at = in.offset();
  const std::uint8_t flags = decode_limits_flags(in, kHasMaximum | k64);
  table.is_64 = (flags & k64) != 0;
  table.limits = decode_limits(in, flags);
  constexpr std::uint64_t kMost32 = 0xFFFFFFFF;
  if (!table.is_64 && std::max(table.limits.min, table.limits.max.value_or(0)) > kMost32) {
    in.invalid(at, "table size must be at most 2^32-1");
  }
  check_order(in, at, table.limits);
  if (module.tables.size() >= limits::kTables) {
    in.unsupported(at, "more than " + std::to_string(limits::kTables) + " tables");
  }
  return table;
}

/// A table with its initial value (spec 5.5.7), which it must have if its elements cannot be null.
void decode_table(ByteReader& in, Module& module) {
  constexpr std::uint8_t kWithInitializer = 0x40;
  const std::size_t at = in.offset();
  if (in.peek() == kWithInitializer) {
    in.byte();
    const std::size_t reserved_at = in.offset();
    const std::uint8_t reserved = in.byte();
    if (reserved != 0) in.malformed(reserved_at, "malformed table: zero byte expected");
    const TableType table = decode_table_type(in, module);
    module.table_inits.emplace_back(decode_const_expr(in, module, table.element));
    module.tables.push_back(table);
    return;
  }
  const TableType table = decode_table_type(in, module);
  if (!table.element.is_defaultable()) {
    in.invalid(at, "type mismatch: a table of " + to_string(table.element) + " without an initial value");
  }
  module.tables.push_back(table);
  module.table_inits.emplace_back();
}

std::uint8_t decode_page_size(ByteReader& in) {
  const std::size_t at = in.offset();
  const std::uint32_t log2 = in.u32();
  if (log2 >= 64) in.malformed(at, "malformed custom page size: 2**" + std::to_string(log2));
  if (log2 != 0 && log2 != 16) in.invalid(at, "invalid custom page size: 2**" + std::to_string(log2));
  return static_cast<std::uint8_t>(log2);
}

void check_memory_size(ByteReader& in, std::size_t at, const MemoryType& memory) {
  const std::uint64_t bytes_log2 = memory.is_64 ? limits::kMemoryBytes64Log2 : limits::kMemoryBytes32Log2;
  const std::uint64_t pages_log2 = bytes_log2 - memory.page_size_log2;
  const std::uint64_t most = std::max(memory.limits.min, memory.limits.max.value_or(0));
  const bool is_countable = memory.page_size_log2 != 0;  // or the number of pages must fit an address
  if (pages_log2 == 64 || most < std::uint64_t{1} << pages_log2) return;
  if (is_countable && most == std::uint64_t{1} << pages_log2) return;
  in.invalid(at, memory.page_size_log2 == 16 && !memory.is_64
                     ? "memory size must be at most 65536 pages (4GiB)"
                     : "memory size must be at most 2**" + std::to_string(pages_log2) +
                           (is_countable ? " pages" : "-1 pages"));
}

void decode_memory(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint8_t threads = module.features.threads ? kShared : 0;
  const std::uint8_t page_size = module.features.custom_page_sizes ? kPageSize : 0;
  const std::uint8_t flags =
      decode_limits_flags(in, static_cast<std::uint8_t>(kHasMaximum | k64 | threads | page_size));
  MemoryType memory;
  memory.is_64 = (flags & k64) != 0;
  memory.is_shared = (flags & kShared) != 0;
  memory.limits = decode_limits(in, flags);
  if ((flags & kPageSize) != 0) memory.page_size_log2 = decode_page_size(in);
  check_memory_size(in, at, memory);
  check_order(in, at, memory.limits);
  if (memory.is_shared && !memory.limits.max) in.invalid(at, "shared memory must have maximum");
  if (module.memories.size() >= limits::kMemories) {
    in.unsupported(at, "more than " + std::to_string(limits::kMemories) + " memories");
  }
  module.memories.push_back(memory);
}

/// The type of a tag (spec 5.3.11), a function without results.
std::uint32_t decode_tag_type(ByteReader& in, const Module& module) {
  const std::size_t at = in.offset();
  const std::uint8_t attribute = in.byte();
  if (attribute != 0) in.malformed(at, "malformed tag attribute " + hex(attribute));
  const std::size_t type_at = in.offset();
  const std::uint32_t type = decode_type_index(in, module);
  if (!module.types[type].results.empty()) {
    in.invalid(type_at, "non-empty tag result type: " + to_string(module.types[type]));
  }
  return type;
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
  if (kind > 4) in.malformed(at, "malformed import kind " + hex(kind));
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
      module.tables.push_back(decode_table_type(in, module));
      module.table_inits.emplace_back();
      break;
    case ExternKind::memory:
      import.index = module.imported_memories++;
      decode_memory(in, module);
      break;
    case ExternKind::global:
      import.index = module.imported_globals++;
      module.globals.push_back({decode_global_type(in), {}});
      break;
    case ExternKind::tag:
      import.index = module.imported_tags++;
      module.tags.push_back(decode_tag_type(in, module));
      break;
  }
  module.imports.push_back(std::move(import));
}

}  // namespace

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

void decode_tag_section(ByteReader& in, Module& module) {
  const std::uint32_t n = in.count("tags", limits::kTags, 2);
  for (std::uint32_t i = 0; i < n; ++i) module.tags.push_back(decode_tag_type(in, module));
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
