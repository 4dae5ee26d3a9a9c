#pragma once

#include <cstdint>
#include <span>

#include "runtime/budget.hpp"
#include "runtime/executor.hpp"
#include "runtime/limits.hpp"

namespace wasmjet {

/// A linear memory (spec 4.2.8). Its base never moves.
///
/// Normally 8 GiB and a page of address space are reserved, so that 32-bit index plus 32-bit offset
/// cannot leave them, and pages are made accessible as the memory grows. Where the host refuses the
/// reservation, a smaller one serves and compiled code compares every address (MemoryBounds::explicit_).
class MemoryInstance {
 public:
  /// `record` is where the base and size are kept; null: in this object. Throws ResourceError.
  /// Reservations greater than `largest_reservation` are not tried.
  MemoryInstance(const MemoryType& type, Budget& budget, MemoryRecord* record = nullptr,
                 std::uint64_t largest_reservation = UINT64_MAX);
  ~MemoryInstance();
  MemoryInstance(const MemoryInstance&) = delete;
  MemoryInstance& operator=(const MemoryInstance&) = delete;

  /// The type with the current size as its minimum, as import matching wants it (spec 4.5.3).
  MemoryType type() const;
  MemoryBounds bounds() const { return bounds_; }
  MemoryRecord* record() const { return record_; }
  std::uint8_t* data() const { return record_->base; }
  std::uint64_t byte_size() const { return record_->byte_size; }
  std::uint64_t pages() const { return record_->byte_size / kPageSize; }
  /// Old size in pages, or -1 where maximum, budget or host forbid (spec 4.5.7).
  std::int64_t grow(std::uint64_t delta_pages);

 private:
  bool reserve(std::uint64_t min_bytes, std::uint64_t max_bytes, std::uint64_t largest);

  Budget& budget_;
  Limits limits_;
  MemoryRecord own_record_;
  MemoryRecord* record_;
  MemoryBounds bounds_ = MemoryBounds::guarded;
  std::uint64_t usable_ = 0;    ///< bytes that growth may reach
  std::uint64_t reserved_ = 0;  ///< bytes of address space
};

}  // namespace wasmjet
