#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace wasmjet::jit {

/// Appends to a byte string what files for other tools are made of, little-endian.
class ByteWriter {
 public:
  std::size_t size() const { return bytes_.size(); }
  const char* data() const { return bytes_.data(); }
  void clear() { bytes_.clear(); }
  std::vector<char> take() { return std::move(bytes_); }

  void u8(std::uint64_t value) { number(static_cast<std::uint8_t>(value)); }
  void u16(std::uint64_t value) { number(static_cast<std::uint16_t>(value)); }
  void u32(std::uint64_t value) { number(static_cast<std::uint32_t>(value)); }
  void u64(std::uint64_t value) { number(value); }
  void uleb(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8((value & 0x7F) | 0x80);
    u8(value);
  }
  void sleb(std::int64_t value) {
    for (; value < -64 || value >= 64; value >>= 7) u8((static_cast<std::uint64_t>(value) & 0x7F) | 0x80);
    u8(static_cast<std::uint64_t>(value) & 0x7F);
  }
  /// With a zero byte behind it; there is none in `text`.
  void string(std::string_view text) {
    bytes(text.data(), text.size());
    u8(0);
  }
  void bytes(const void* data, std::size_t size) {
    const auto* begin = static_cast<const char*>(data);
    bytes_.insert(bytes_.end(), begin, begin + size);
  }
  void pad_to(std::size_t multiple) {
    while (bytes_.size() % multiple != 0) bytes_.push_back(0);
  }
  void set_u32(std::size_t at, std::uint64_t value) {
    const auto word = static_cast<std::uint32_t>(value);
    std::memcpy(bytes_.data() + at, &word, sizeof word);
  }

 private:
  template <class T>
  void number(T value) {
    bytes(&value, sizeof value);
  }

  std::vector<char> bytes_;
};

}  // namespace wasmjet::jit
