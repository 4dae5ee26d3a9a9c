#include "wasi/guest_io.hpp"

#include <limits.h>

#include <algorithm>
#include <cstring>

#include "wasi/call.hpp"

namespace wasmjet::wasi {

namespace {

/// Entries looked at in search of one that is not empty.
constexpr std::uint32_t kMaxScanned = 65536;

}  // namespace

Errno IoVectors::load(const GuestMemory& memory, std::uint32_t address, std::uint32_t count) {
  if (!memory.contains(address, std::uint64_t{count} * sizeof(Iovec))) return Errno::fault;
  first_ = count_ = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i == kMaxScanned) return Errno::inval;
    Iovec vector = {};
    if (!memory.read(address + i * static_cast<std::uint32_t>(sizeof(Iovec)), vector)) return Errno::fault;
    const auto bytes = memory.bytes(vector.buf, vector.buf_len);
    if (!bytes) return Errno::fault;
    if (!bytes->empty() && count_ < kMaxVectors) vectors_[count_++] = {bytes->data(), bytes->size()};
  }
  return Errno::success;
}

std::size_t IoVectors::total() const {
  std::size_t bytes = 0;
  for (std::size_t i = first_; i < count_; ++i) bytes += vectors_[i].iov_len;
  return bytes;
}

IoVectors IoVectors::first(std::size_t bytes) const {
  IoVectors result;
  for (std::size_t i = first_; i < count_ && bytes != 0; ++i) {
    iovec vector = vectors_[i];
    vector.iov_len = std::min(vector.iov_len, bytes);
    bytes -= vector.iov_len;
    result.vectors_[result.count_++] = vector;
  }
  return result;
}

void IoVectors::advance(std::size_t bytes) {
  while (first_ < count_ && bytes >= vectors_[first_].iov_len) bytes -= vectors_[first_++].iov_len;
  if (bytes == 0) return;
  iovec& vector = vectors_[first_];
  vector.iov_base = static_cast<std::uint8_t*>(vector.iov_base) + bytes;
  vector.iov_len -= bytes;
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
