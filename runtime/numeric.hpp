#pragma once

/// What the numeric instructions mean (spec 4.3), once. A function bears its opcode's identifier; its
/// parameters and result have the C++ types of the opcode's signature: unsigned integers, float, double. All
/// are constexpr but for square roots and most roundings, which the standard library has no constexpr form
/// of. A NaN that comes of arithmetic is quiet (spec 4.3.3, "nans"): so roundings, which may be C functions,
/// add it to itself.

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "runtime/trap.hpp"

namespace wasmjet::numeric {

using u32 = std::uint32_t;
using u64 = std::uint64_t;
using s32 = std::int32_t;
using s64 = std::int64_t;
using f32 = float;
using f64 = double;

/// The result of an instruction that may trap.
template <class T>
struct Checked {
  T value = 0;
  TrapCode trap = TrapCode::none;
};

namespace detail {

template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, u32, u64>;

template <class T>
inline constexpr Bits<T> kSign = Bits<T>{1} << (sizeof(T) * 8 - 1);

template <class T>
constexpr Checked<T> div_s(T a, T b) {
  using S = std::make_signed_t<T>;
  if (b == 0) return {0, TrapCode::integer_divide_by_zero};
  if (a == kSign<T> && b == ~T{0}) return {0, TrapCode::integer_overflow};
  return {static_cast<T>(static_cast<S>(a) / static_cast<S>(b))};
}
template <class T>
constexpr Checked<T> div_u(T a, T b) {
  if (b == 0) return {0, TrapCode::integer_divide_by_zero};
  return {a / b};
}
template <class T>
constexpr Checked<T> rem_s(T a, T b) {
  using S = std::make_signed_t<T>;
  if (b == 0) return {0, TrapCode::integer_divide_by_zero};
  if (b == ~T{0}) return {0};
  return {static_cast<T>(static_cast<S>(a) % static_cast<S>(b))};
}
template <class T>
constexpr Checked<T> rem_u(T a, T b) {
  if (b == 0) return {0, TrapCode::integer_divide_by_zero};
  return {a % b};
}

/// Signs are bits: no arithmetic touches them, so that NaNs keep their payload (spec 4.3.3).
template <class T>
constexpr T abs(T a) {
  return std::bit_cast<T>(std::bit_cast<Bits<T>>(a) & ~kSign<T>);
}
template <class T>
constexpr T neg(T a) {
  return std::bit_cast<T>(std::bit_cast<Bits<T>>(a) ^ kSign<T>);
}
template <class T>
constexpr T copysign(T a, T b) {
  return std::bit_cast<T>((std::bit_cast<Bits<T>>(a) & ~kSign<T>) | (std::bit_cast<Bits<T>>(b) & kSign<T>));
}
template <class T>
constexpr bool is_nan(T a) {
  return a != a;
}
/// NaN if either is; of zeros of different sign the negative one is the smaller.
template <class T>
constexpr T min(T a, T b) {
  if (a != a || b != b) return a + b;
  if (a == b) return std::bit_cast<T>(std::bit_cast<Bits<T>>(a) | std::bit_cast<Bits<T>>(b));
  return a < b ? a : b;
}
template <class T>
constexpr T max(T a, T b) {
  if (a != a || b != b) return a + b;
  if (a == b) return std::bit_cast<T>(std::bit_cast<Bits<T>>(a) & std::bit_cast<Bits<T>>(b));
  return a > b ? a : b;
}

/// To the nearest integer, of two the even one: what an addition does that leaves no bit for a fraction. The
/// rounding mode is never another.
template <class T>
constexpr T nearest(T a) {
  constexpr T kNoFraction = T{1} / std::numeric_limits<T>::epsilon();
  const T magnitude = abs(a);
  if (!(magnitude < kNoFraction)) return a + T{0};  // so large, infinite, or NaN, which becomes quiet
  return copysign(magnitude + kNoFraction - kNoFraction, a);
}

/// Whether `a`, rounded towards zero, is in the range of integer type To. False for NaN.
template <class To, class From>
constexpr bool truncates(From a) {
  constexpr bool kSigned = std::is_signed_v<To>;
  constexpr From kBound = static_cast<From>(u64{1} << (sizeof(To) * 8 - 1));
  constexpr From kHigh = kSigned ? kBound : kBound * 2;
  constexpr From kLow = kSigned ? -kBound : From{0};
  constexpr From kBelow = kLow - 1;  // kLow itself, where From cannot tell them apart
  return (kBelow < kLow ? a > kBelow : a >= kLow) && a < kHigh;
}
template <class To, class From>
constexpr Checked<std::make_unsigned_t<To>> trunc(From a) {
  if (a != a) return {0, TrapCode::invalid_conversion};
  if (!truncates<To>(a)) return {0, TrapCode::integer_overflow};
  return {static_cast<std::make_unsigned_t<To>>(static_cast<To>(a))};
}
template <class To, class From>
constexpr std::make_unsigned_t<To> trunc_sat(From a) {
  if (truncates<To>(a)) return static_cast<std::make_unsigned_t<To>>(static_cast<To>(a));
  if (a != a) return 0;
  using Limits = std::numeric_limits<To>;
  return static_cast<std::make_unsigned_t<To>>(a < 0 ? Limits::min() : Limits::max());
}
/// The low bits of `a` that Narrow has, sign-extended.
template <class Narrow, class T>
constexpr T extend(T a) {
  return static_cast<T>(static_cast<std::make_signed_t<T>>(static_cast<Narrow>(a)));
}

}  // namespace detail

constexpr u32 i32_eqz(u32 a) { return a == 0; }
constexpr u32 i32_eq(u32 a, u32 b) { return a == b; }
constexpr u32 i32_ne(u32 a, u32 b) { return a != b; }
constexpr u32 i32_lt_s(u32 a, u32 b) { return static_cast<s32>(a) < static_cast<s32>(b); }
constexpr u32 i32_lt_u(u32 a, u32 b) { return a < b; }
constexpr u32 i32_gt_s(u32 a, u32 b) { return static_cast<s32>(a) > static_cast<s32>(b); }
constexpr u32 i32_gt_u(u32 a, u32 b) { return a > b; }
constexpr u32 i32_le_s(u32 a, u32 b) { return static_cast<s32>(a) <= static_cast<s32>(b); }
constexpr u32 i32_le_u(u32 a, u32 b) { return a <= b; }
constexpr u32 i32_ge_s(u32 a, u32 b) { return static_cast<s32>(a) >= static_cast<s32>(b); }
constexpr u32 i32_ge_u(u32 a, u32 b) { return a >= b; }
constexpr u32 i32_clz(u32 a) { return static_cast<u32>(std::countl_zero(a)); }
constexpr u32 i32_ctz(u32 a) { return static_cast<u32>(std::countr_zero(a)); }
constexpr u32 i32_popcnt(u32 a) { return static_cast<u32>(std::popcount(a)); }
constexpr u32 i32_add(u32 a, u32 b) { return a + b; }
constexpr u32 i32_sub(u32 a, u32 b) { return a - b; }
constexpr u32 i32_mul(u32 a, u32 b) { return a * b; }
constexpr u32 i32_and(u32 a, u32 b) { return a & b; }
constexpr u32 i32_or(u32 a, u32 b) { return a | b; }
constexpr u32 i32_xor(u32 a, u32 b) { return a ^ b; }
constexpr Checked<u32> i32_div_s(u32 a, u32 b) { return detail::div_s(a, b); }
constexpr Checked<u32> i32_div_u(u32 a, u32 b) { return detail::div_u(a, b); }
constexpr Checked<u32> i32_rem_s(u32 a, u32 b) { return detail::rem_s(a, b); }
constexpr Checked<u32> i32_rem_u(u32 a, u32 b) { return detail::rem_u(a, b); }
constexpr u32 i32_shl(u32 a, u32 b) { return a << (b & 31); }
constexpr u32 i32_shr_s(u32 a, u32 b) { return static_cast<u32>(static_cast<s32>(a) >> (b & 31)); }
constexpr u32 i32_shr_u(u32 a, u32 b) { return a >> (b & 31); }
constexpr u32 i32_rotl(u32 a, u32 b) { return std::rotl(a, static_cast<int>(b & 31)); }
constexpr u32 i32_rotr(u32 a, u32 b) { return std::rotr(a, static_cast<int>(b & 31)); }
constexpr u32 i32_extend8_s(u32 a) { return detail::extend<std::int8_t>(a); }
constexpr u32 i32_extend16_s(u32 a) { return detail::extend<std::int16_t>(a); }

constexpr u32 i64_eqz(u64 a) { return a == 0; }
constexpr u32 i64_eq(u64 a, u64 b) { return a == b; }
constexpr u32 i64_ne(u64 a, u64 b) { return a != b; }
constexpr u32 i64_lt_s(u64 a, u64 b) { return static_cast<s64>(a) < static_cast<s64>(b); }
constexpr u32 i64_lt_u(u64 a, u64 b) { return a < b; }
constexpr u32 i64_gt_s(u64 a, u64 b) { return static_cast<s64>(a) > static_cast<s64>(b); }
constexpr u32 i64_gt_u(u64 a, u64 b) { return a > b; }
constexpr u32 i64_le_s(u64 a, u64 b) { return static_cast<s64>(a) <= static_cast<s64>(b); }
constexpr u32 i64_le_u(u64 a, u64 b) { return a <= b; }
constexpr u32 i64_ge_s(u64 a, u64 b) { return static_cast<s64>(a) >= static_cast<s64>(b); }
constexpr u32 i64_ge_u(u64 a, u64 b) { return a >= b; }
constexpr u64 i64_clz(u64 a) { return static_cast<u64>(std::countl_zero(a)); }
constexpr u64 i64_ctz(u64 a) { return static_cast<u64>(std::countr_zero(a)); }
constexpr u64 i64_popcnt(u64 a) { return static_cast<u64>(std::popcount(a)); }
constexpr u64 i64_add(u64 a, u64 b) { return a + b; }
constexpr u64 i64_sub(u64 a, u64 b) { return a - b; }
constexpr u64 i64_mul(u64 a, u64 b) { return a * b; }
constexpr u64 i64_and(u64 a, u64 b) { return a & b; }
constexpr u64 i64_or(u64 a, u64 b) { return a | b; }
constexpr u64 i64_xor(u64 a, u64 b) { return a ^ b; }
constexpr Checked<u64> i64_div_s(u64 a, u64 b) { return detail::div_s(a, b); }
constexpr Checked<u64> i64_div_u(u64 a, u64 b) { return detail::div_u(a, b); }
constexpr Checked<u64> i64_rem_s(u64 a, u64 b) { return detail::rem_s(a, b); }
constexpr Checked<u64> i64_rem_u(u64 a, u64 b) { return detail::rem_u(a, b); }
constexpr u64 i64_shl(u64 a, u64 b) { return a << (b & 63); }
constexpr u64 i64_shr_s(u64 a, u64 b) { return static_cast<u64>(static_cast<s64>(a) >> (b & 63)); }
constexpr u64 i64_shr_u(u64 a, u64 b) { return a >> (b & 63); }
constexpr u64 i64_rotl(u64 a, u64 b) { return std::rotl(a, static_cast<int>(b & 63)); }
constexpr u64 i64_rotr(u64 a, u64 b) { return std::rotr(a, static_cast<int>(b & 63)); }
constexpr u64 i64_extend8_s(u64 a) { return detail::extend<std::int8_t>(a); }
constexpr u64 i64_extend16_s(u64 a) { return detail::extend<std::int16_t>(a); }
constexpr u64 i64_extend32_s(u64 a) { return detail::extend<s32>(a); }

constexpr u32 f32_eq(f32 a, f32 b) { return a == b; }
constexpr u32 f32_ne(f32 a, f32 b) { return a != b; }
constexpr u32 f32_lt(f32 a, f32 b) { return a < b; }
constexpr u32 f32_gt(f32 a, f32 b) { return a > b; }
constexpr u32 f32_le(f32 a, f32 b) { return a <= b; }
constexpr u32 f32_ge(f32 a, f32 b) { return a >= b; }
constexpr f32 f32_abs(f32 a) { return detail::abs(a); }
constexpr f32 f32_neg(f32 a) { return detail::neg(a); }
inline f32 f32_ceil(f32 a) { return detail::is_nan(a) ? a + a : std::ceil(a); }
inline f32 f32_floor(f32 a) { return detail::is_nan(a) ? a + a : std::floor(a); }
inline f32 f32_trunc(f32 a) { return detail::is_nan(a) ? a + a : std::trunc(a); }
constexpr f32 f32_nearest(f32 a) { return detail::nearest(a); }
inline f32 f32_sqrt(f32 a) { return std::sqrt(a); }
constexpr f32 f32_add(f32 a, f32 b) { return a + b; }
constexpr f32 f32_sub(f32 a, f32 b) { return a - b; }
constexpr f32 f32_mul(f32 a, f32 b) { return a * b; }
constexpr f32 f32_div(f32 a, f32 b) { return a / b; }
constexpr f32 f32_min(f32 a, f32 b) { return detail::min(a, b); }
constexpr f32 f32_max(f32 a, f32 b) { return detail::max(a, b); }
constexpr f32 f32_copysign(f32 a, f32 b) { return detail::copysign(a, b); }

constexpr u32 f64_eq(f64 a, f64 b) { return a == b; }
constexpr u32 f64_ne(f64 a, f64 b) { return a != b; }
constexpr u32 f64_lt(f64 a, f64 b) { return a < b; }
constexpr u32 f64_gt(f64 a, f64 b) { return a > b; }
constexpr u32 f64_le(f64 a, f64 b) { return a <= b; }
constexpr u32 f64_ge(f64 a, f64 b) { return a >= b; }
constexpr f64 f64_abs(f64 a) { return detail::abs(a); }
constexpr f64 f64_neg(f64 a) { return detail::neg(a); }
inline f64 f64_ceil(f64 a) { return detail::is_nan(a) ? a + a : std::ceil(a); }
inline f64 f64_floor(f64 a) { return detail::is_nan(a) ? a + a : std::floor(a); }
inline f64 f64_trunc(f64 a) { return detail::is_nan(a) ? a + a : std::trunc(a); }
constexpr f64 f64_nearest(f64 a) { return detail::nearest(a); }
inline f64 f64_sqrt(f64 a) { return std::sqrt(a); }
constexpr f64 f64_add(f64 a, f64 b) { return a + b; }
constexpr f64 f64_sub(f64 a, f64 b) { return a - b; }
constexpr f64 f64_mul(f64 a, f64 b) { return a * b; }
constexpr f64 f64_div(f64 a, f64 b) { return a / b; }
constexpr f64 f64_min(f64 a, f64 b) { return detail::min(a, b); }
constexpr f64 f64_max(f64 a, f64 b) { return detail::max(a, b); }
constexpr f64 f64_copysign(f64 a, f64 b) { return detail::copysign(a, b); }

constexpr u32 i32_wrap_i64(u64 a) { return static_cast<u32>(a); }
constexpr u64 i64_extend_i32_s(u32 a) { return detail::extend<s32>(u64{a}); }
constexpr u64 i64_extend_i32_u(u32 a) { return a; }
constexpr Checked<u32> i32_trunc_f32_s(f32 a) { return detail::trunc<s32>(a); }
constexpr u32 i32_trunc_sat_f32_s(f32 a) { return detail::trunc_sat<s32>(a); }
constexpr Checked<u32> i32_trunc_f32_u(f32 a) { return detail::trunc<u32>(a); }
constexpr u32 i32_trunc_sat_f32_u(f32 a) { return detail::trunc_sat<u32>(a); }
constexpr Checked<u32> i32_trunc_f64_s(f64 a) { return detail::trunc<s32>(a); }
constexpr u32 i32_trunc_sat_f64_s(f64 a) { return detail::trunc_sat<s32>(a); }
constexpr Checked<u32> i32_trunc_f64_u(f64 a) { return detail::trunc<u32>(a); }
constexpr u32 i32_trunc_sat_f64_u(f64 a) { return detail::trunc_sat<u32>(a); }
constexpr Checked<u64> i64_trunc_f32_s(f32 a) { return detail::trunc<s64>(a); }
constexpr u64 i64_trunc_sat_f32_s(f32 a) { return detail::trunc_sat<s64>(a); }
constexpr Checked<u64> i64_trunc_f32_u(f32 a) { return detail::trunc<u64>(a); }
constexpr u64 i64_trunc_sat_f32_u(f32 a) { return detail::trunc_sat<u64>(a); }
constexpr Checked<u64> i64_trunc_f64_s(f64 a) { return detail::trunc<s64>(a); }
constexpr u64 i64_trunc_sat_f64_s(f64 a) { return detail::trunc_sat<s64>(a); }
constexpr Checked<u64> i64_trunc_f64_u(f64 a) { return detail::trunc<u64>(a); }
constexpr u64 i64_trunc_sat_f64_u(f64 a) { return detail::trunc_sat<u64>(a); }
constexpr f32 f32_convert_i32_s(u32 a) { return static_cast<f32>(static_cast<s32>(a)); }
constexpr f32 f32_convert_i32_u(u32 a) { return static_cast<f32>(a); }
constexpr f32 f32_convert_i64_s(u64 a) { return static_cast<f32>(static_cast<s64>(a)); }
constexpr f32 f32_convert_i64_u(u64 a) { return static_cast<f32>(a); }
constexpr f64 f64_convert_i32_s(u32 a) { return static_cast<f64>(static_cast<s32>(a)); }
constexpr f64 f64_convert_i32_u(u32 a) { return static_cast<f64>(a); }
constexpr f64 f64_convert_i64_s(u64 a) { return static_cast<f64>(static_cast<s64>(a)); }
constexpr f64 f64_convert_i64_u(u64 a) { return static_cast<f64>(a); }
constexpr f32 f32_demote_f64(f64 a) { return static_cast<f32>(a); }
constexpr f64 f64_promote_f32(f32 a) { return static_cast<f64>(a); }
constexpr u32 i32_reinterpret_f32(f32 a) { return std::bit_cast<u32>(a); }
constexpr f32 f32_reinterpret_i32(u32 a) { return std::bit_cast<f32>(a); }
constexpr u64 i64_reinterpret_f64(f64 a) { return std::bit_cast<u64>(a); }
constexpr f64 f64_reinterpret_i64(u64 a) { return std::bit_cast<f64>(a); }

}  // namespace wasmjet::numeric
