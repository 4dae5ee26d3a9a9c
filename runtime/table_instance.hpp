#pragma once

#include <cstdint>

#include "runtime/budget.hpp"
#include "runtime/layout.hpp"
#include "runtime/limits.hpp"

namespace wasmjet {

/// A table (spec 4.2.7). Elements are FuncRef* or opaque external references; null is nullptr.
class TableInstance {
 public:
  /// `record` is where the elements and length are kept; null: in this object. `budget` counts elements.
  /// Throws ResourceError.
  TableInstance(const TableType& type, void* init, Budget& budget, TableRecord* record = nullptr);
  ~TableInstance();
  TableInstance(const TableInstance&) = delete;
  TableInstance& operator=(const TableInstance&) = delete;

  /// The type with the current length as its minimum, as import matching wants it (spec 4.5.3).
  TableType type() const;
  TableRecord* record() const { return record_; }
  std::uint64_t length() const { return record_->length; }
  /// Precondition: index < length().
  void* get(std::uint64_t index) const { return record_->elements[index]; }
  void set(std::uint64_t index, void* value) { record_->elements[index] = value; }
  /// Old length, or -1 where maximum, budget or host forbid (spec 4.5.8).
  std::int64_t grow(std::uint64_t delta, void* init);

 private:
  TableType type_;
  Budget& budget_;
  TableRecord own_record_;
  TableRecord* record_;
  std::uint64_t capacity_ = 0;
};

}  // namespace wasmjet
