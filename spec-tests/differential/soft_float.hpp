#pragma once

/// Binary floating point in integers (IEEE 754, spec 4.3.3): part of the oracle. Shares nothing with the
/// code under test: no float of the host's takes part.

#include <cstdint>

namespace wasmjet::testing {

// Exact products and shifted sums of two significands fit.
using Wide = unsigned __int128;
using SignedWide = __int128;

/// A format of `width` bits with `fraction` explicit bits of significand.
struct FloatFormat {
  unsigned width;
  unsigned fraction;

  std::uint64_t sign() const { return std::uint64_t{1} << (width - 1); }
  std::uint64_t infinity() const { return sign() - (std::uint64_t{1} << fraction); }
  std::uint64_t canonical_nan() const { return infinity() | quiet_bit(); }
  std::uint64_t quiet_bit() const { return std::uint64_t{1} << (fraction - 1); }
  /// Exponent of the lowest bit of a subnormal number.
  int min_exponent() const { return width == 32 ? -149 : -1074; }

  std::uint64_t magnitude(std::uint64_t bits) const { return bits & (sign() - 1); }
  bool negative(std::uint64_t bits) const { return (bits & sign()) != 0; }
  bool is_nan(std::uint64_t bits) const { return magnitude(bits) > infinity(); }
  bool is_infinite(std::uint64_t bits) const { return magnitude(bits) == infinity(); }
  bool is_zero(std::uint64_t bits) const { return magnitude(bits) == 0; }
};

inline constexpr FloatFormat kSingle{32, 23};
inline constexpr FloatFormat kDouble{64, 52};

/// A finite number: significand * 2^exponent, negated if negative.
struct Finite {
  bool negative = false;
  std::uint64_t significand = 0;
  int exponent = 0;
};

Finite unpack(const FloatFormat& format, std::uint64_t bits);

/// The float nearest to significand * 2^exponent, ties to even (spec 4.3.3, "float_N"). `inexact`: the number
/// is greater than that by less than one unit of its last place; the significand then has bits to spare.
std::uint64_t round_to_float(const FloatFormat& format, bool negative, Wide significand, int exponent,
                             bool inexact = false);

// Of finite operands.
std::uint64_t soft_add(const FloatFormat& format, Finite a, Finite b);
std::uint64_t soft_multiply(const FloatFormat& format, const Finite& a, const Finite& b);
/// `b` is not zero.
std::uint64_t soft_divide(const FloatFormat& format, const Finite& a, const Finite& b);
/// Of a positive number.
std::uint64_t soft_sqrt(const FloatFormat& format, const Finite& a);

enum class Rounding { towards_zero, down, up, to_even };

/// The integer near `a`, with the sign of `a` even if it is zero.
std::uint64_t round_to_integer(const FloatFormat& format, const Finite& a, Rounding rounding);

/// `a` without its fraction; what does not fit in 100 bits is 2^100, with its sign.
SignedWide truncate(const Finite& a);

}  // namespace wasmjet::testing
