#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace wasmjet {

/// Checked view of a guest's linear memory for the length of one host call. Every address comes from
/// the guest and is hostile: nothing is touched before its whole range is known to lie inside.
/// Alignment is not required. Ranges are computed in 64 bits, so they cannot wrap.
class GuestMemory {
 public:
  GuestMemory() = default;
  GuestMemory(std::uint8_t* base, std::uint64_t size) : base_(base), size_(size) {}

  std::uint64_t size() const { return size_; }
  bool contains(std::uint32_t address, std::uint64_t length) const {
    return length <= size_ && address <= size_ - length;
  }
  /// The bytes [address, address + length), or nothing if they are not all inside.
  std::optional<std::span<std::uint8_t>> bytes(std::uint32_t address, std::uint64_t length) const {
    if (!contains(address, length)) return std::nullopt;
    return std::span(base_ + address, static_cast<std::size_t>(length));
  }
  template <class T>
    requires std::is_trivially_copyable_v<T>
  [[nodiscard]] bool read(std::uint32_t address, T& out) const {
    if (!contains(address, sizeof(T))) return false;
    std::memcpy(&out, base_ + address, sizeof(T));
    return true;
  }
  template <class T>
    requires std::is_trivially_copyable_v<T>
  [[nodiscard]] bool write(std::uint32_t address, const T& value) const {
    if (!contains(address, sizeof(T))) return false;
    std::memcpy(base_ + address, &value, sizeof(T));
    return true;
  }

 private:
  std::uint8_t* base_ = nullptr;
  std::uint64_t size_ = 0;
};

}  // namespace wasmjet
