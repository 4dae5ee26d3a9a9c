#pragma once

#include <sys/uio.h>

#include <array>
#include <span>

#include "runtime/guest_memory.hpp"
#include "wasi/result.hpp"

namespace wasmjet::wasi {

/// The guest's I/O vectors as the host's, every one checked to lie in guest memory, empty ones left out.
/// Holds at most as many as one readv() takes: a longer list is cut, which makes a short read or
/// write. The guest's list is copied, so what is read into memory cannot change it.
class IoVectors {
 public:
  /// `address` and `count` of an array of `$iovec` or `$ciovec`. FAULT for what lies outside memory; INVAL
  /// for a list that is longer than is reasonable.
  Errno load(const GuestMemory& memory, std::uint32_t address, std::uint32_t count);

  const iovec* data() const { return vectors_.data() + first_; }
  int count() const { return static_cast<int>(count_ - first_); }
  std::size_t total() const;
  /// The list without all but its first `bytes` bytes.
  IoVectors first(std::size_t bytes) const;
  /// Drops the first `bytes` bytes.
  void advance(std::size_t bytes);

 private:
  static constexpr std::size_t kMaxVectors = 1024;  // IOV_MAX, also the guest libc's

  std::array<iovec, kMaxVectors> vectors_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace wasmjet::wasi
