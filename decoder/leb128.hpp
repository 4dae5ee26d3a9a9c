#pragma once

#include <cstdint>

namespace wasmjet {

enum class LebError : std::uint8_t {
  none,
  unexpected_end,
  too_long,   ///< more than ceil(N / 7) bytes
  too_large,  ///< the last byte's unused bits are not zero (unsigned) or not the sign's copies (signed)
};

template <class T>
struct LebResult {
  T value{};
  LebError error = LebError::none;
  /// One past the integer; on error the byte that is wrong.
  const std::uint8_t* position = nullptr;
};

/// Reads a LEB128 integer of `kBits` bits (spec 5.2.2), signed if T is. Padded forms are legal as long as
/// they have no more bytes than the widest value needs.
template <class T, unsigned kBits = sizeof(T) * 8>
constexpr LebResult<T> read_leb128(const std::uint8_t* p, const std::uint8_t* end) {
  constexpr bool kSigned = static_cast<T>(-1) < T{0};
  constexpr unsigned kMaxBytes = (kBits + 6) / 7;
  constexpr unsigned kLastBits = kBits - 7 * (kMaxBytes - 1);  // meaningful bits of the last byte
  std::uint64_t value = 0;
  for (unsigned i = 0;; ++i) {
    if (p == end) return {T{}, LebError::unexpected_end, p};
    const std::uint8_t byte = *p;
    if (i == kMaxBytes - 1) {
      if (byte >= 0x80) return {T{}, LebError::too_long, p};
      // Signed: the unused bits repeat the sign bit. Unsigned: they are zero.
      constexpr unsigned kShift = kSigned ? kLastBits - 1 : kLastBits;
      constexpr unsigned kOnes = 0x7FU >> kShift;
      const unsigned unused = byte >> kShift;
      if (unused != 0 && !(kSigned && unused == kOnes)) return {T{}, LebError::too_large, p};
    }
    value |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    ++p;
    if (byte < 0x80) {
      const unsigned width = 7 * (i + 1);
      if (kSigned && width < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t{0} << width;
      return {static_cast<T>(value), LebError::none, p};
    }
  }
}

}  // namespace wasmjet
