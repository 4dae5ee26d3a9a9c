#include "runtime/code_registry.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

namespace wasmjet {
namespace {

struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  const CodeMap* map = nullptr;
};
using Table = std::vector<Range>;

// Readers may be signal handlers, so they cannot lock. A writer publishes a new table, and frees replaced
// ones only at a moment when it sees no reader: one that comes later can only find the new table.
std::atomic<const Table*> g_table{nullptr};
std::atomic<int> g_readers{0};

struct Writer {
  std::mutex mutex;
  std::vector<std::unique_ptr<const Table>> retired;
  std::unique_ptr<const Table> current;
};

/// Never destroyed: code may be unregistered by destructors of static objects.
Writer& writer() {
  static auto* const instance = new Writer;
  return *instance;
}

void publish(Writer& w, std::unique_ptr<const Table> table) {
  g_table.store(table.get());
  if (w.current != nullptr) w.retired.push_back(std::move(w.current));
  w.current = std::move(table);
  if (g_readers.load() == 0) w.retired.clear();
}

std::uintptr_t address(const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); }

}  // namespace

const CodeFunction* CodeMap::find_function(const void* pc) const {
  const std::uintptr_t offset = address(pc) - address(begin);
  if (offset >= size) return nullptr;
  auto it = std::upper_bound(functions.begin(), functions.end(), offset,
                             [](std::uintptr_t o, const CodeFunction& f) { return o < f.code_begin; });
  if (it == functions.begin()) return nullptr;
  --it;
  return offset < it->code_end ? &*it : nullptr;
}

const CodeRow* CodeMap::find_trap(const void* pc) const {
  const std::uintptr_t offset = address(pc) - address(begin);
  auto it = std::lower_bound(rows.begin(), rows.end(), offset,
                             [](const CodeRow& row, std::uintptr_t o) { return row.code_offset < o; });
  for (; it != rows.end() && it->code_offset == offset; ++it) {
    if (it->trap() != TrapCode::none) return &*it;
  }
  return nullptr;
}

const CodeRow* CodeMap::find_origin(const void* pc, bool is_return_address) const {
  const CodeFunction* function =
      find_function(static_cast<const std::uint8_t*>(pc) - (is_return_address ? 1 : 0));
  if (function == nullptr) return nullptr;
  const std::uintptr_t offset = address(pc) - address(begin);
  auto it = std::upper_bound(rows.begin(), rows.end(), offset,
                             [](std::uintptr_t o, const CodeRow& row) { return o < row.code_offset; });
  const CodeRow* last = nullptr;
  while (it != rows.begin()) {
    --it;
    if (it->code_offset < function->code_begin) break;
    if (last != nullptr && it->code_offset != last->code_offset) break;
    last = &*it;
    if (last->code_offset != offset || (last->trap() == TrapCode::none) == is_return_address) break;
  }
  return last;
}

void CodeRegistry::add(const CodeMap* map) {
  Writer& w = writer();
  const std::scoped_lock lock(w.mutex);
  auto table = std::make_unique<Table>();
  if (w.current != nullptr) {
    table->reserve(w.current->size() + 1);
    *table = *w.current;
  }
  const Range range{address(map->begin), address(map->begin) + map->size, map};
  const auto place = std::upper_bound(table->begin(), table->end(), range,
                                      [](const Range& a, const Range& b) { return a.begin < b.begin; });
  table->insert(place, range);
  publish(w, std::move(table));
}

void CodeRegistry::remove(const CodeMap* map) {
  Writer& w = writer();
  const std::scoped_lock lock(w.mutex);
  if (w.current == nullptr) return;
  auto table = std::make_unique<Table>(*w.current);
  std::erase_if(*table, [map](const Range& range) { return range.map == map; });
  publish(w, std::move(table));
}

const CodeMap* CodeRegistry::find(const void* pc) {
  g_readers.fetch_add(1);
  const CodeMap* found = nullptr;
  if (const Table* table = g_table.load(); table != nullptr) {
    auto it = std::upper_bound(table->begin(), table->end(), address(pc),
                               [](std::uintptr_t p, const Range& range) { return p < range.begin; });
    if (it != table->begin()) {
      --it;
      if (address(pc) < it->end) found = it->map;
    }
  }
  g_readers.fetch_sub(1);
  return found;
}

}  // namespace wasmjet
