#include "spec-tests/fuzz/generator/constants.hpp"

#include <bit>
#include <limits>

namespace wasmjet::fuzz {
namespace {

constexpr std::uint64_t kIntegers[] = {
    0,     1,     2,     3,      4,          7,          8,          31,           32,
    33,    63,    64,    127,    128,        255,        256,        32767,        32768,
    65535, 65536, 65537, 131072, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x1'0000'0000};

constexpr double kFloats[] = {0,
                              1,
                              0.5,
                              1.5,
                              2.5,
                              0.49999999999999994,
                              8388609,
                              16777217,
                              2147483647,
                              2147483648,
                              4294967295,
                              4294967296,
                              9007199254740991,
                              9223372036854775807.0,
                              18446744073709551615.0,
                              3.4028234663852886e38,
                              1.1754943508222875e-38,
                              1e-45,
                              5e-324,
                              2.2250738585072014e-308,
                              std::numeric_limits<double>::max(),
                              std::numeric_limits<double>::infinity()};

/// As float32: out of range becomes infinity or zero.
std::uint32_t narrow(double value) {
  if (value > std::numeric_limits<float>::max()) return 0x7F800000;
  return std::bit_cast<std::uint32_t>(static_cast<float>(value));
}

}  // namespace

std::uint64_t choose_integer(Choices& choices, unsigned width) {
  const std::uint8_t how = choices.byte();
  if (how < 96) return how % 16;
  if (how < 128) return choices.bits(2);
  if (how < 152) return choices.bits(width / 8);
  if (how < 176) return std::uint64_t{1} << how % width;
  const std::uint64_t value = kIntegers[how % std::size(kIntegers)];
  return choices.chance(6) ? 0 - value : value;
}

std::uint64_t choose_float(Choices& choices, unsigned width) {
  const std::uint8_t how = choices.byte();
  const std::uint64_t sign = how % 2 == 0 ? 0 : std::uint64_t{1} << (width - 1);
  if (how < 48) return choices.bits(width / 8);
  if (how < 64) {  // a NaN, quiet or signalling
    const std::uint64_t payload = choices.bits(3) | 1;
    return sign | (width == 32 ? 0x7F800000 | (payload & 0x7FFFFF) : 0x7FF0000000000000 | payload << 29);
  }
  const double value = how < 128 ? how - 64 : kFloats[how / 2 % std::size(kFloats)];
  return sign | (width == 32 ? narrow(value) : std::bit_cast<std::uint64_t>(value));
}

}  // namespace wasmjet::fuzz
