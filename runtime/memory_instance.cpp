#include "runtime/memory_instance.hpp"

#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace wasmjet {
namespace {

constexpr std::uint64_t kMaxPages = 65536;
constexpr std::uint64_t kIndexRange = std::uint64_t{1} << 32;

/// Index plus offset reach 2^33 - 2, and an access there is up to 16 bytes wide.
std::uint64_t guarded_reservation() {
  return 2 * kIndexRange + static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint8_t* map_inaccessible(std::uint64_t bytes) {
  void* base = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return base == MAP_FAILED ? nullptr : static_cast<std::uint8_t*>(base);
}

std::uint64_t max_pages(const Limits& limits) { return std::min(limits.max.value_or(kMaxPages), kMaxPages); }

/// As much below `want` as the address space holds, leaving a part of what there is to everyone else.
std::uint8_t* map_what_fits(std::uint64_t least, std::uint64_t want, std::uint64_t& size) {
  constexpr std::uint64_t kRest = std::uint64_t{64} << 20;
  for (size = want; size > least; size = std::max(least, size / 2 / kPageSize * kPageSize)) {
    const std::uint64_t probe = size + size / 4 + kRest;
    if (std::uint8_t* base = map_inaccessible(probe)) {
      munmap(base + size, probe - size);
      return base;
    }
  }
  size = least;
  return map_inaccessible(std::max(least, kPageSize));
}

/// How a ResourceError begins.
std::string wish(std::uint64_t pages) {
  return "a memory of initially " + std::to_string(pages) + " pages: ";
}

}  // namespace

MemoryInstance::MemoryInstance(const MemoryType& type, Budget& budget, MemoryRecord* record,
                               std::uint64_t largest_reservation)
    : budget_(budget), limits_(type.limits), record_(record == nullptr ? &own_record_ : record) {
  if (limits_.min > kMaxPages) throw ResourceError(wish(limits_.min) + "more than 4 GiB");
  const std::uint64_t bytes = limits_.min * kPageSize;
  if (!budget_.take(bytes)) {
    throw ResourceError(wish(limits_.min) + "the limit for all memories is " + std::to_string(budget_.limit) +
                        " bytes");
  }
  if (!reserve(bytes, max_pages(limits_) * kPageSize, largest_reservation)) {
    budget_.give_back(bytes);
    throw ResourceError(wish(limits_.min) + "the system does not grant as much");
  }
}

MemoryInstance::~MemoryInstance() {
  munmap(record_->base, reserved_);
  budget_.give_back(record_->byte_size);
}

bool MemoryInstance::reserve(std::uint64_t min_bytes, std::uint64_t max_bytes, std::uint64_t largest) {
  const std::uint64_t full = guarded_reservation();
  std::uint8_t* base = full <= largest ? map_inaccessible(full) : nullptr;
  if (base != nullptr) {
    reserved_ = full;
    usable_ = max_bytes;
  } else {
    bounds_ = MemoryBounds::explicit_;
    const std::uint64_t want = std::max(min_bytes, std::min(max_bytes, largest / kPageSize * kPageSize));
    base = map_what_fits(min_bytes, want, usable_);
    if (base == nullptr) return false;
    reserved_ = std::max(usable_, kPageSize);
    spdlog::info("no 8 GiB of address space for a memory: bounds are checked by code, growth ends at {} MiB",
                 usable_ >> 20);
  }
  if (min_bytes != 0 && mprotect(base, min_bytes, PROT_READ | PROT_WRITE) != 0) {
    munmap(base, reserved_);
    return false;
  }
  record_->base = base;
  record_->byte_size = min_bytes;
  return true;
}

MemoryType MemoryInstance::type() const { return {{pages(), limits_.max}}; }

std::int64_t MemoryInstance::grow(std::uint64_t delta_pages) {
  const std::uint64_t old_pages = pages();
  if (delta_pages == 0) return static_cast<std::int64_t>(old_pages);
  if (delta_pages > usable_ / kPageSize - old_pages) return -1;
  const std::uint64_t bytes = delta_pages * kPageSize;
  if (!budget_.take(bytes)) return -1;
  if (mprotect(record_->base + record_->byte_size, bytes, PROT_READ | PROT_WRITE) != 0) {
    budget_.give_back(bytes);
    return -1;
  }
  record_->byte_size += bytes;
  return static_cast<std::int64_t>(old_pages);
}

}  // namespace wasmjet
