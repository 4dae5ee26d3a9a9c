#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "decoder/byte_reader.hpp"

namespace wasmjet::dwarf {

/// Reads a piece of a DWARF section, little-endian as Wasm's always are. What lies beyond its end throws
/// ModuleError.
class DwarfReader {
 public:
  explicit DwarfReader(std::span<const std::uint8_t> bytes) : in_(bytes.data(), 0, bytes.size()) {}

  bool at_end() const { return in_.at_end(); }
  std::size_t remaining() const { return in_.remaining(); }
  std::size_t offset() const { return in_.offset(); }

  std::uint8_t u8() { return in_.byte(); }
  std::uint16_t u16() { return fixed<std::uint16_t>(); }
  std::uint32_t u32() { return fixed<std::uint32_t>(); }
  std::uint64_t u64() { return fixed<std::uint64_t>(); }
  std::uint64_t uleb() { return in_.u64(); }
  std::int64_t sleb() { return in_.s64(); }
  /// An offset or length: of eight bytes in 64-bit DWARF, else of four.
  std::uint64_t offset_value(bool is_64) { return is_64 ? u64() : u32(); }
  std::span<const std::uint8_t> bytes(std::uint64_t size) {
    if (size > in_.remaining()) in_.fail_end();
    return in_.bytes(static_cast<std::size_t>(size));
  }
  void skip(std::uint64_t size) { bytes(size); }
  /// A string that ends with a zero byte. Longer ones than any sane path are refused, so that many references
  /// to one long string cost no more than they should.
  std::string_view string() {
    const std::size_t most = std::min(in_.remaining(), kLongestString + 1);
    const auto* begin = reinterpret_cast<const char*>(in_.position());
    const void* end = most == 0 ? nullptr : std::memchr(begin, 0, most);
    if (end == nullptr) in_.fail_end();
    const auto size = static_cast<std::size_t>(static_cast<const char*>(end) - begin);
    skip(size + 1);
    return {begin, size};
  }
  [[noreturn]] void fail(const char* reason) const { in_.malformed(in_.offset(), reason); }

 private:
  static constexpr std::size_t kLongestString = 4096;

  template <class T>
  T fixed() {
    T value;
    std::memcpy(&value, bytes(sizeof value).data(), sizeof value);
    return value;
  }

  ByteReader in_;
};

}  // namespace wasmjet::dwarf
