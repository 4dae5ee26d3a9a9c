#include "runtime/bulk.hpp"

#include <algorithm>
#include <cstring>

namespace wasmjet {
namespace {

/// Bytes between two looks at the interrupt flag: a few milliseconds of page faults. The last look is behind
/// the last piece: a loop of such operations is hardly ever in code of its own, where a signal would end it.
constexpr std::uint64_t kChunk = std::uint64_t{8} << 20;

bool within(std::uint64_t begin, std::uint64_t n, std::uint64_t size) {
  return n <= size && begin <= size - n;
}

/// Found without the instance's list where it can be: this is what short operations take most of their time
/// for.
const MemoryRecord& memory_record(const Instance& instance, std::uint32_t memory) {
  return memory == 0 ? *instance.context()->memory0 : *instance.memory(memory).record();
}

/// Calls `work(begin, length)` for pieces of [0, n), from the last to the first if `backward`.
template <class Work>
TrapCode in_chunks(const Instance& instance, std::uint64_t n, bool backward, const Work& work) {
  const auto& interrupt = instance.context()->store->interrupt;
  for (std::uint64_t done = 0; done < n;) {
    const std::uint64_t length = std::min(kChunk, n - done);
    work(backward ? n - done - length : done, length);
    done += length;
    if (interrupt.load(std::memory_order_relaxed) != 0) return TrapCode::interrupted;
  }
  return TrapCode::none;
}

/// memmove. Pieces go in the order in which none overwrites what a later one reads.
TrapCode move_bytes(const Instance& instance, void* dst, const void* src, std::uint64_t n) {
  auto* to = static_cast<std::uint8_t*>(dst);
  const auto* from = static_cast<const std::uint8_t*>(src);
  return in_chunks(instance, n, to > from, [to, from](std::uint64_t begin, std::uint64_t length) {
    std::memmove(to + begin, from + begin, length);
  });
}

}  // namespace

TrapCode memory_fill(Instance& instance, std::uint32_t memory, std::uint64_t dst, std::uint8_t value,
                     std::uint64_t n) {
  const MemoryRecord& record = memory_record(instance, memory);
  if (!within(dst, n, record.byte_size)) return TrapCode::memory_out_of_bounds;
  std::uint8_t* to = record.base + dst;
  return in_chunks(instance, n, false, [to, value](std::uint64_t begin, std::uint64_t length) {
    std::memset(to + begin, value, length);
  });
}

TrapCode memory_copy(Instance& instance, std::uint32_t dst_memory, std::uint32_t src_memory,
                     std::uint64_t dst, std::uint64_t src, std::uint64_t n) {
  const MemoryRecord& to = memory_record(instance, dst_memory);
  const MemoryRecord& from = memory_record(instance, src_memory);
  if (!within(dst, n, to.byte_size) || !within(src, n, from.byte_size)) return TrapCode::memory_out_of_bounds;
  return move_bytes(instance, to.base + dst, from.base + src, n);
}

TrapCode memory_init(Instance& instance, std::uint32_t memory, std::uint32_t segment, std::uint64_t dst,
                     std::uint64_t src, std::uint64_t n) {
  const MemoryRecord& to = memory_record(instance, memory);
  const auto from = instance.data_segment(segment);
  if (!within(dst, n, to.byte_size) || !within(src, n, from.size())) return TrapCode::memory_out_of_bounds;
  return move_bytes(instance, to.base + dst, from.data() + src, n);
}

TrapCode table_fill(Instance& instance, std::uint32_t table, std::uint64_t index, void* value,
                    std::uint64_t n) {
  const TableRecord& record = *instance.table(table).record();
  if (!within(index, n, record.length)) return TrapCode::table_out_of_bounds;
  void** to = record.elements + index;
  return in_chunks(instance, n, false, [to, value](std::uint64_t begin, std::uint64_t length) {
    std::fill_n(to + begin, length, value);
  });
}

TrapCode table_copy(Instance& instance, std::uint32_t dst_table, std::uint32_t src_table, std::uint64_t dst,
                    std::uint64_t src, std::uint64_t n) {
  const TableRecord& to = *instance.table(dst_table).record();
  const TableRecord& from = *instance.table(src_table).record();
  if (!within(dst, n, to.length) || !within(src, n, from.length)) return TrapCode::table_out_of_bounds;
  return move_bytes(instance, to.elements + dst, from.elements + src, n * sizeof(void*));
}

TrapCode table_init(Instance& instance, std::uint32_t table, std::uint32_t segment, std::uint64_t dst,
                    std::uint64_t src, std::uint64_t n) {
  const TableRecord& to = *instance.table(table).record();
  const auto from = instance.element_segment(segment);
  if (!within(dst, n, to.length) || !within(src, n, from.size())) return TrapCode::table_out_of_bounds;
  return move_bytes(instance, to.elements + dst, from.data() + src, n * sizeof(void*));
}

}  // namespace wasmjet
