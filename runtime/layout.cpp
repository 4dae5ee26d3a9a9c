#include "runtime/layout.hpp"

#include "decoder/error.hpp"

namespace wasmjet {
namespace {

/// Far above what the decoder's own limits let through; keeps every offset within a signed 32-bit
/// displacement.
constexpr std::uint64_t kMaxContextSize = std::uint64_t{1} << 30;

std::uint64_t align_up(std::uint64_t value, std::uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

VmLayout::VmLayout(const Module& module)
    : imported_tables_(module.imported_tables),
      imported_memories_(module.imported_memories),
      imported_globals_(module.imported_globals) {
  std::uint64_t offset = align_up(sizeof(VmContext), 16);
  // What is accessed most comes first, so that it is reached by short displacements.
  const auto place = [&offset](std::uint64_t count, std::uint64_t size) {
    const std::uint64_t begin = offset;
    offset += count * size;
    if (offset > kMaxContextSize) {
      throw ModuleError(ModuleErrorKind::unsupported, 0, "too many functions, tables, memories or globals");
    }
    return static_cast<std::uint32_t>(begin);
  };
  memories_ = place(module.memories.size() - imported_memories_, sizeof(MemoryRecord));
  tables_ = place(module.tables.size() - imported_tables_, sizeof(TableRecord));
  globals_ = place(module.globals.size() - imported_globals_, sizeof(Value));
  memory_pointers_ = place(module.memories.size(), 8);
  table_pointers_ = place(imported_tables_, 8);
  global_pointers_ = place(imported_globals_, 8);
  func_refs_ = place(module.functions.size(), sizeof(FuncRef));
  size_ = static_cast<std::uint32_t>(align_up(offset, 16));
}

}  // namespace wasmjet
