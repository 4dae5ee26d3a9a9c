#pragma once

#include <bit>
#include <cstdint>
#include <optional>

namespace wasmjet::jit {

/// x / d = (x * multiplier) >> shift, computed in 64 bits, for x of 32 bits: unsigned; or signed, where 1 is
/// to be added to the quotient of a negative x. (Granlund and Montgomery, "Division by Invariant Integers
/// using Multiplication", 1994.)
struct DivisionMagic {
  std::uint32_t multiplier = 0;
  unsigned shift = 0;
};

/// Nothing where the multiplier would take more than 32 bits. `divisor` > 1; below 2^31 if `is_signed`.
///
/// With e = multiplier * d - 2^shift > 0, x * multiplier / 2^shift = x / d + x * e / (d * 2^shift): the
/// quotient is right if the second part is less than 1 / d, which is if x * e < 2^shift.
constexpr std::optional<DivisionMagic> find_division_magic(std::uint32_t divisor, bool is_signed) {
  const unsigned bits = is_signed ? 31 : 32;  // of |x|; with all signed, -2^31 included, x <= 2^bits
  for (unsigned shift = 32; shift < 64; ++shift) {
    const std::uint64_t power = std::uint64_t{1} << shift;
    const std::uint64_t multiplier = power / divisor + 1;
    if (multiplier > 0xFFFF'FFFF) return std::nullopt;
    const std::uint64_t error = multiplier * divisor - power;
    if (error < std::uint64_t{1} << (shift - bits))
      return DivisionMagic{static_cast<std::uint32_t>(multiplier), shift};
  }
  return std::nullopt;
}

/// The same for x of 64 bits, where `high` is the upper half of the 128 bits of the product with the
/// multiplier (which counts as signed if x does):
///
///   unsigned          x / d = high(x >> pre_shift) >> shift
///   unsigned, adds    x / d = (((x - high(x)) >> 1) + high(x)) >> (shift - 1): a multiplier of 65 bits
///   signed            x / d = (high(x) >> shift) + (x < 0)
///   signed, adds      x / d = ((high(x) + x) >> shift) + (x < 0)
struct WideDivisionMagic {
  std::uint64_t multiplier = 0;
  unsigned shift = 0;
  unsigned pre_shift = 0;
  bool adds = false;
};

/// `divisor` > 1; below 2^63 if `is_signed`. Nothing for powers of two and some unsigned ones above 2^63.
constexpr std::optional<WideDivisionMagic> find_wide_division_magic(std::uint64_t divisor, bool is_signed) {
  using Wide = unsigned __int128;
  // As above, for x < 2^(64 - spare). A signed one counts as one bit less, with equality for -2^63 alone.
  const auto find = [](std::uint64_t d, unsigned spare, bool strict) -> std::optional<WideDivisionMagic> {
    for (unsigned shift = 0; shift < 63; ++shift) {
      const Wide power = Wide{1} << (64 + shift);
      const Wide multiplier = power / d + 1;
      if (multiplier >> 64 != 0) return std::nullopt;
      const Wide error = multiplier * d - power, most = Wide{1} << (shift + spare);
      if (strict ? error < most : error <= most) {
        return WideDivisionMagic{static_cast<std::uint64_t>(multiplier), shift};
      }
    }
    return std::nullopt;
  };
  if (is_signed) {
    auto magic = find(divisor, 1, true);
    if (magic) magic->adds = magic->multiplier >> 63 != 0;
    return magic;
  }
  if (const auto magic = find(divisor, 0, false)) return magic;
  const auto even = static_cast<unsigned>(std::countr_zero(divisor));
  if (even != 0) {
    auto magic = find(divisor >> even, even, false);
    if (magic) magic->pre_shift = even;
    return magic;
  }
  const auto shift = static_cast<unsigned>(std::bit_width(divisor));
  if (shift > 63) return std::nullopt;
  const Wide multiplier = (Wide{1} << (64 + shift)) / divisor + 1;
  return WideDivisionMagic{static_cast<std::uint64_t>(multiplier), shift, 0, true};
}

}  // namespace wasmjet::jit
