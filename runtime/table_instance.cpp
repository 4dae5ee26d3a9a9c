#include "runtime/table_instance.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace wasmjet {

TableInstance::TableInstance(const TableType& type, void* init, Budget& budget, TableRecord* record)
    : type_(type), budget_(budget), record_(record == nullptr ? &own_record_ : record) {
  if (grow(type.limits.min, init) < 0) {
    throw ResourceError("a table of initially " + std::to_string(type.limits.min) +
                        " elements: the limit for all tables is " + std::to_string(budget.limit) + ", " +
                        std::to_string(budget.used) + " are in use");
  }
}

TableInstance::~TableInstance() {
  budget_.give_back(record_->length);
  std::free(record_->elements);
}

TableType TableInstance::type() const { return {type_.element, {record_->length, type_.limits.max}}; }

std::int64_t TableInstance::grow(std::uint64_t delta, void* init) {
  const std::uint64_t old_length = record_->length;
  const std::uint64_t most = std::min(type_.limits.max.value_or(UINT32_MAX), old_length + budget_.left());
  if (delta == 0) return static_cast<std::int64_t>(old_length);
  if (old_length > most || delta > most - old_length) return -1;
  const std::uint64_t length = old_length + delta;
  if (length > capacity_) {
    // Geometric growth, so that a guest that grows one by one does not copy everything each time.
    const std::uint64_t capacity =
        old_length == 0 ? length : std::max(length, std::min(most, capacity_ + capacity_ / 2));
    if (capacity > SIZE_MAX / sizeof(void*)) return -1;
    // A new table of nulls takes no memory until it is used: a few bytes of module can ask for gigabytes.
    void* moved = old_length == 0 ? std::calloc(capacity, sizeof(void*))
                                  : std::realloc(record_->elements, capacity * sizeof(void*));
    if (moved == nullptr) return -1;
    record_->elements = static_cast<void**>(moved);
    capacity_ = capacity;
    if (old_length == 0 && init == nullptr) delta = 0;  // calloc has done it
  }
  std::fill_n(record_->elements + old_length, delta, init);
  budget_.used += length - old_length;
  record_->length = length;
  return static_cast<std::int64_t>(old_length);
}

}  // namespace wasmjet
