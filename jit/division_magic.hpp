#pragma once

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

}  // namespace wasmjet::jit
