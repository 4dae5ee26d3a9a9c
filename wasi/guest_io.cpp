#include "wasi/guest_io.hpp"

#include <limits.h>

#include <cstring>

#include "wasi/call.hpp"

namespace wasmjet::wasi {

namespace {

/// Entries looked at in search of one that is not empty.
constexpr std::uint32_t kMaxScanned = 65536;

}  // namespace

Errno IoVectors::load(const GuestMemory& memory, std::uint32_t address, std::uint32_t count) {
  if (!memory.contains(address, std::uint64_t{count} * sizeof(Iovec))) return Errno::fault;
  count_ = 0;
  for (std::uint32_t i = 0; i < count && count_ < kMaxVectors; ++i) {
    if (i == kMaxScanned) return count_ == 0 ? Errno::inval : Errno::success;
    Iovec vector = {};
    if (!memory.read(address + i * static_cast<std::uint32_t>(sizeof(Iovec)), vector)) return Errno::fault;
    const auto bytes = memory.bytes(vector.buf, vector.buf_len);
    if (!bytes) return Errno::fault;
    if (!bytes->empty()) vectors_[count_++] = {bytes->data(), bytes->size()};
  }
  return Errno::success;
}

void IoVectors::truncate(std::size_t bytes) {
  for (std::size_t i = 0; i < count_; ++i) {
    if (vectors_[i].iov_len >= bytes) {
      vectors_[i].iov_len = bytes;
      count_ = i + 1;
      return;
    }
    bytes -= vectors_[i].iov_len;
  }
}

Result<std::string> read_path(const GuestMemory& memory, std::uint32_t address, std::uint32_t length) {
  const auto bytes = memory.bytes(address, length);
  if (!bytes) return Errno::fault;
  if (bytes->size() >= PATH_MAX) return Errno::nametoolong;
  if (bytes->empty()) return std::string();
  if (std::memchr(bytes->data(), 0, bytes->size()) != nullptr) return Errno::inval;
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace wasmjet::wasi
