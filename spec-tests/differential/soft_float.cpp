#include "spec-tests/differential/soft_float.hpp"

#include <utility>

namespace wasmjet::testing {
namespace {

unsigned length(Wide number) {
  unsigned bits = 0;
  for (; number != 0; number >>= 1) ++bits;
  return bits;
}

/// number / 2^shift, and what is lost: compared with half a unit (-1, 0, 1), and whether it is anything.
struct Shifted {
  Wide quotient;
  int against_half;
  bool lost;
};

Shifted shift_right(Wide number, unsigned shift, bool inexact) {
  if (shift == 0) return {number, -1, inexact};
  if (shift >= 128) return {0, -1, number != 0 || inexact};
  const Wide rest = number & ((Wide{1} << shift) - 1), half = Wide{1} << (shift - 1);
  const int against_half = rest > half || (rest == half && inexact) ? 1 : rest == half ? 0 : -1;
  return {number >> shift, against_half, rest != 0 || inexact};
}

bool rounds_up(const Shifted& value) {
  return value.against_half > 0 || (value.against_half == 0 && (value.quotient & 1) != 0);
}

}  // namespace

Finite unpack(const FloatFormat& format, std::uint64_t bits) {
  const std::uint64_t one = std::uint64_t{1} << format.fraction;
  const auto biased = static_cast<int>(format.magnitude(bits) >> format.fraction);
  const std::uint64_t fraction = bits & (one - 1);
  if (biased == 0) return {format.negative(bits), fraction, format.min_exponent()};
  return {format.negative(bits), fraction | one, format.min_exponent() + biased - 1};
}

std::uint64_t round_to_float(const FloatFormat& format, bool negative, Wide significand, int exponent,
                             bool inexact) {
  const std::uint64_t sign = negative ? format.sign() : 0;
  if (significand == 0) return sign;
  const auto precision = static_cast<int>(format.fraction + 1);
  int lowest = exponent + static_cast<int>(length(significand)) - precision;
  if (lowest < format.min_exponent()) lowest = format.min_exponent();
  if (lowest <= exponent) {
    significand <<= static_cast<unsigned>(exponent - lowest);
  } else {
    const Shifted shifted = shift_right(significand, static_cast<unsigned>(lowest - exponent), inexact);
    significand = shifted.quotient + (rounds_up(shifted) ? 1 : 0);
  }
  // Adding the significand to the exponent's field adds its implicit bit, and a carry, to the exponent.
  constexpr int kTooGreat = 4096;
  const int steps = lowest - format.min_exponent();
  if (steps > kTooGreat) return sign | format.infinity();
  const Wide bits = (static_cast<Wide>(steps) << format.fraction) + significand;
  return sign | (bits >= format.infinity() ? format.infinity() : static_cast<std::uint64_t>(bits));
}

std::uint64_t soft_add(const FloatFormat& format, Finite a, Finite b) {
  if (a.significand == 0 && b.significand == 0) {
    return a.negative && b.negative ? format.sign() : 0;
  }
  if (a.significand == 0) std::swap(a, b);
  if (b.significand != 0 && a.exponent < b.exponent) std::swap(a, b);
  constexpr int kGuard = 64;
  Wide left = Wide{a.significand} << kGuard, right = 0;
  bool inexact = false;
  if (b.significand != 0) {
    const int distance = a.exponent - b.exponent;
    if (distance <= kGuard) {
      right = Wide{b.significand} << static_cast<unsigned>(kGuard - distance);
    } else {
      const Shifted shifted = shift_right(b.significand, static_cast<unsigned>(distance - kGuard), false);
      right = shifted.quotient;
      inexact = shifted.lost;
    }
  }
  bool negative = a.negative;
  if (a.negative == b.negative) {
    left += right;
  } else if (left >= right) {
    left -= right + (inexact ? 1 : 0);  // the rest that was cut off makes the result smaller
  } else {
    left = right - left;
    negative = b.negative;
  }
  if (left == 0) negative = false;
  return round_to_float(format, negative, left, a.exponent - kGuard, inexact);
}

std::uint64_t soft_multiply(const FloatFormat& format, const Finite& a, const Finite& b) {
  return round_to_float(format, a.negative != b.negative, Wide{a.significand} * b.significand,
                        a.exponent + b.exponent);
}

std::uint64_t soft_divide(const FloatFormat& format, const Finite& a, const Finite& b) {
  const unsigned shift = 127 - length(a.significand);
  const Wide dividend = Wide{a.significand} << shift;
  return round_to_float(format, a.negative != b.negative, dividend / b.significand,
                        a.exponent - b.exponent - static_cast<int>(shift), dividend % b.significand != 0);
}

std::uint64_t soft_sqrt(const FloatFormat& format, const Finite& a) {
  unsigned shift = 125 - length(a.significand);
  if ((a.exponent - static_cast<int>(shift)) % 2 != 0) ++shift;
  const Wide square = Wide{a.significand} << shift;
  Wide root = 0;
  for (Wide bit = Wide{1} << 63; bit != 0; bit >>= 1) {
    const Wide next = root | bit;
    if (next * next <= square) root = next;
  }
  return round_to_float(format, false, root, (a.exponent - static_cast<int>(shift)) / 2,
                        root * root != square);
}

std::uint64_t round_to_integer(const FloatFormat& format, const Finite& a, Rounding rounding) {
  if (a.exponent >= 0) return round_to_float(format, a.negative, a.significand, a.exponent);
  const Shifted shifted = shift_right(a.significand, static_cast<unsigned>(-a.exponent), false);
  const bool away = rounding == Rounding::down      ? a.negative && shifted.lost
                    : rounding == Rounding::up      ? !a.negative && shifted.lost
                    : rounding == Rounding::to_even ? rounds_up(shifted)
                                                    : false;
  return round_to_float(format, a.negative, shifted.quotient + (away ? 1 : 0), 0);
}

SignedWide truncate(const Finite& a) {
  constexpr int kMost = 100;
  Wide magnitude = 0;
  if (a.exponent < 0) {
    magnitude = shift_right(a.significand, static_cast<unsigned>(-a.exponent), false).quotient;
  } else if (a.significand != 0) {
    const bool fits = static_cast<int>(length(a.significand)) + a.exponent <= kMost;
    magnitude = fits ? Wide{a.significand} << static_cast<unsigned>(a.exponent) : Wide{1} << kMost;
  }
  const auto result = static_cast<SignedWide>(magnitude);
  return a.negative ? -result : result;
}

}  // namespace wasmjet::testing
