#include "runtime/builtins.hpp"

#include "runtime/bulk.hpp"

namespace wasmjet {
namespace {

/// Generated code traps with TrapCode::host where a builtin fails: the real code is in the entry record.
std::uint64_t report(VmContext* context, TrapCode code) {
  if (code != TrapCode::none) context->store->entry->pending = code;
  return static_cast<std::uint64_t>(code);
}

std::int64_t do_memory_grow(VmContext* context, std::uint32_t memory, std::uint64_t delta) {
  return context->instance->memory(memory).grow(delta);
}

std::uint64_t do_memory_fill(VmContext* context, std::uint32_t memory, std::uint64_t dst, std::uint32_t value,
                             std::uint64_t n) {
  return report(context, memory_fill(*context->instance, memory, dst, static_cast<std::uint8_t>(value), n));
}

std::uint64_t do_memory_copy(VmContext* context, std::uint32_t dst_memory, std::uint32_t src_memory,
                             std::uint64_t dst, std::uint64_t src, std::uint64_t n) {
  return report(context, memory_copy(*context->instance, dst_memory, src_memory, dst, src, n));
}

std::uint64_t do_memory_init(VmContext* context, std::uint32_t memory, std::uint32_t segment,
                             std::uint64_t dst, std::uint64_t src, std::uint64_t n) {
  return report(context, memory_init(*context->instance, memory, segment, dst, src, n));
}

void do_data_drop(VmContext* context, std::uint32_t segment) {
  context->instance->drop_data_segment(segment);
}

std::int64_t do_table_grow(VmContext* context, std::uint32_t table, void* init, std::uint64_t n) {
  return context->instance->table(table).grow(n, init);
}

std::uint64_t do_table_fill(VmContext* context, std::uint32_t table, std::uint64_t index, void* value,
                            std::uint64_t n) {
  return report(context, table_fill(*context->instance, table, index, value, n));
}

std::uint64_t do_table_copy(VmContext* context, std::uint32_t dst_table, std::uint32_t src_table,
                            std::uint64_t dst, std::uint64_t src, std::uint64_t n) {
  return report(context, table_copy(*context->instance, dst_table, src_table, dst, src, n));
}

std::uint64_t do_table_init(VmContext* context, std::uint32_t table, std::uint32_t segment, std::uint64_t dst,
                            std::uint64_t src, std::uint64_t n) {
  return report(context, table_init(*context->instance, table, segment, dst, src, n));
}

void do_elem_drop(VmContext* context, std::uint32_t segment) {
  context->instance->drop_element_segment(segment);
}

}  // namespace

void* builtin_target(Builtin builtin) {
  switch (builtin) {
    case Builtin::memory_grow:
      return reinterpret_cast<void*>(&do_memory_grow);
    case Builtin::memory_fill:
      return reinterpret_cast<void*>(&do_memory_fill);
    case Builtin::memory_copy:
      return reinterpret_cast<void*>(&do_memory_copy);
    case Builtin::memory_init:
      return reinterpret_cast<void*>(&do_memory_init);
    case Builtin::data_drop:
      return reinterpret_cast<void*>(&do_data_drop);
    case Builtin::table_grow:
      return reinterpret_cast<void*>(&do_table_grow);
    case Builtin::table_fill:
      return reinterpret_cast<void*>(&do_table_fill);
    case Builtin::table_copy:
      return reinterpret_cast<void*>(&do_table_copy);
    case Builtin::table_init:
      return reinterpret_cast<void*>(&do_table_init);
    case Builtin::elem_drop:
      return reinterpret_cast<void*>(&do_elem_drop);
  }
  return nullptr;
}

}  // namespace wasmjet
