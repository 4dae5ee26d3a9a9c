#include "spec-tests/differential/edge_values.hpp"

#include <algorithm>
#include <bit>
#include <random>

namespace wasmjet::testing {
namespace {

using Values = std::vector<std::uint64_t>;

bool is_32_bit(ValKind kind) { return kind == ValKind::i32 || kind == ValKind::f32; }

void add_random(Values& values, ValKind kind, unsigned count) {
  std::mt19937_64 random(20260101);  // NOLINT: the same every time
  for (unsigned i = 0; i < count; ++i) values.push_back(is_32_bit(kind) ? random() >> 32 : random());
}

Values without_doubles(Values values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

Values integers(ValKind kind) {
  const unsigned width = is_32_bit(kind) ? 32 : 64;
  const std::uint64_t all = ~std::uint64_t{0} >> (64 - width), sign = std::uint64_t{1} << (width - 1);
  Values values = {0, 1, 2, 3, 5, 6, 7, 8, 9, 12, 31, 32, 33, 63, 64, 65, 72, 0x7F, 0x80, 0x8000, 0x1234567};
  values.insert(values.end(), {all, all - 1, all - 6, sign, sign + 1, sign - 1, sign - 2, sign / 2});
  values.insert(values.end(), {0x5555'5555'5555'5555 & all, 0xAAAA'AAAA'AAAA'AAAA & all});
  if (width == 64) values.insert(values.end(), {0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF, 0x1'0000'0000});
  add_random(values, kind, 2);
  return values;
}

/// Of a float type's bit patterns.
struct Patterns {
  explicit Patterns(ValKind kind)
      : fraction(is_32_bit(kind) ? 23 : 52),
        sign(is_32_bit(kind) ? std::uint64_t{1} << 31 : std::uint64_t{1} << 63),
        one(std::uint64_t{1} << fraction),
        infinity(sign - one),
        bias(is_32_bit(kind) ? 127 : 1023) {}
  /// 2^exponent, a normal number.
  std::uint64_t power(int exponent) const { return static_cast<std::uint64_t>(bias + exponent) << fraction; }

  unsigned fraction;
  std::uint64_t sign, one, infinity;
  int bias;
};

Values with_both_signs(const Patterns& p, const Values& values) {
  Values both = values;
  for (const std::uint64_t value : values) both.push_back(value | p.sign);
  return both;
}

Values floats(ValKind kind) {
  const Patterns p(kind);
  const std::uint64_t half = p.one / 2;
  Values values = {0, 1, p.one - 1, p.one, p.infinity - 1, p.infinity};
  // NaNs: canonical, quiet with payload, signalling with the least and another payload.
  values.insert(values.end(),
                {p.infinity | half, p.infinity | half | 0x1234, p.infinity | 1, p.infinity | half / 2});
  // 0.5, 1, 1.5, 2.5, and the last numbers with a fraction of one half.
  values.insert(values.end(), {p.power(-1), p.power(0), p.power(0) | half, p.power(1) | half / 2});
  values.insert(values.end(),
                {p.power(static_cast<int>(p.fraction) - 1) | 1, p.power(static_cast<int>(p.fraction)) - 1});
  values = with_both_signs(p, values);
  add_random(values, kind, 4);
  return values;
}

Values many_floats(ValKind kind) {
  const Patterns p(kind);
  Values values;
  for (const int exponent :
       {-2, -1, 0, 1, 2, 3, 6, 7, 8, 15, 16, 22, 23, 24, 30, 31, 32, 51, 52, 53, 62, 63, 64, 65}) {
    const std::uint64_t power = p.power(exponent);
    values.insert(values.end(), {power - 2, power - 1, power, power + 1, power + 2, power | p.one / 2});
  }
  // Just outside and inside of the range of i32 and u32, which a double can tell apart.
  for (const double number :
       {2147483646.5, 2147483647.0, 2147483647.5, 2147483648.5, 2147483649.0, 4294967294.5, 4294967295.0,
        4294967295.5, 0.9, 0.99999, 1e10, 1e20, 3.5, 4.5, 1e-40}) {
    values.push_back(is_32_bit(kind) ? std::bit_cast<std::uint32_t>(static_cast<float>(number))
                                     : std::bit_cast<std::uint64_t>(number));
  }
  // Halfway between two neighbours of f32, and beyond its range: for demotion.
  if (kind == ValKind::f64) {
    for (const std::uint64_t bits : {0x3FF0'0000'1000'0000, 0x3FF0'0000'3000'0000, 0x47EF'FFFF'E000'0000,
                                     0x47EF'FFFF'EFFF'FFFF, 0x47EF'FFFF'F000'0000, 0x3690'0000'0000'0000,
                                     0x3690'0000'0000'0001, 0x380F'FFFF'E000'0000, 0x380F'FFFF'F000'0000}) {
      for (const int delta : {-1, 0, 1}) values.push_back(static_cast<std::uint64_t>(bits + delta));
    }
  }
  return with_both_signs(p, values);
}

Values many_integers(ValKind kind) {
  const unsigned width = is_32_bit(kind) ? 32 : 64;
  const std::uint64_t all = ~std::uint64_t{0} >> (64 - width);
  Values values;
  for (unsigned i = 0; i < width; ++i) {
    const std::uint64_t power = std::uint64_t{1} << i;
    for (const std::uint64_t value : {power - 1, power, power + 1}) {
      values.insert(values.end(), {value, ~value & all});
    }
  }
  // Halfway between two floats, and beside that: for conversions that round.
  if (width == 64) {
    for (const unsigned place : {24U, 40U, 53U, 62U}) {
      const std::uint64_t power = std::uint64_t{1} << place, half = place > 53 ? power >> 53 : power >> 24;
      values.insert(values.end(),
                    {power + half, power + half - 1, power + half + 1, power + 3 * half, ~(power + half)});
    }
    const std::uint64_t top = std::uint64_t{1} << 63;
    values.insert(values.end(), {top + 1024, top + 1025, top + 3072, top + (std::uint64_t{1} << 39),
                                 top + (std::uint64_t{1} << 39) + 1});
  }
  return values;
}

}  // namespace

std::vector<std::uint64_t> edge_values(ValKind kind) {
  const bool floating = kind == ValKind::f32 || kind == ValKind::f64;
  return without_doubles(floating ? floats(kind) : integers(kind));
}

std::vector<std::uint64_t> many_edge_values(ValKind kind) {
  Values values = edge_values(kind);
  const bool floating = kind == ValKind::f32 || kind == ValKind::f64;
  const Values more = floating ? many_floats(kind) : many_integers(kind);
  values.insert(values.end(), more.begin(), more.end());
  add_random(values, kind, 64);
  return without_doubles(std::move(values));
}

}  // namespace wasmjet::testing
