/// The oracle for conversions (spec 4.3.4).

#include "spec-tests/differential/oracle.hpp"
#include "spec-tests/differential/soft_float.hpp"

namespace wasmjet::testing {
namespace {

using Bits = std::uint64_t;

template <unsigned N>
constexpr const FloatFormat& kFormat = N == 32 ? kSingle : kDouble;

/// The integer that N bits stand for.
template <unsigned N, bool kSigned>
SignedWide number(Bits bits) {
  constexpr SignedWide kModulus = SignedWide{1} << N;
  return kSigned && bits >= kModulus / 2 ? SignedWide{bits} - kModulus : SignedWide{bits};
}
template <unsigned N>
Bits bits_of(SignedWide integer) {
  return static_cast<Bits>(static_cast<Wide>(integer) % (Wide{1} << N));
}
template <unsigned N, bool kSigned>
constexpr SignedWide kLeast = kSigned ? -(SignedWide{1} << (N - 1)) : 0;
template <unsigned N, bool kSigned>
constexpr SignedWide kGreatest = (SignedWide{1} << (kSigned ? N - 1 : N)) - 1;

template <unsigned To, bool kSigned, unsigned From>
Expected trunc(Bits a, Bits) {
  const FloatFormat& f = kFormat<From>;
  if (f.is_nan(a)) return Expected::trapping(TrapCode::invalid_conversion);
  if (f.is_infinite(a)) return Expected::trapping(TrapCode::integer_overflow);
  const SignedWide integer = truncate(unpack(f, a));
  if (integer < kLeast<To, kSigned> || integer > kGreatest<To, kSigned>) {
    return Expected::trapping(TrapCode::integer_overflow);
  }
  return Expected::of(bits_of<To>(integer));
}
template <unsigned To, bool kSigned, unsigned From>
Expected trunc_sat(Bits a, Bits) {
  const FloatFormat& f = kFormat<From>;
  if (f.is_nan(a)) return Expected::of(0);
  const Expected truncated = trunc<To, kSigned, From>(a, 0);
  if (truncated.kind == Expected::Kind::bits) return truncated;
  return Expected::of(bits_of<To>(f.negative(a) ? kLeast<To, kSigned> : kGreatest<To, kSigned>));
}
template <unsigned To, bool kSigned, unsigned From>
Expected convert(Bits a, Bits) {
  const SignedWide integer = number<From, kSigned>(a);
  return Expected::of(
      round_to_float(kFormat<To>, integer < 0, static_cast<Wide>(integer < 0 ? -integer : integer), 0));
}
/// f32.demote_f64 and f64.promote_f32.
template <unsigned To, unsigned From>
Expected refloat(Bits a, Bits) {
  const FloatFormat& f = kFormat<From>;
  if (f.is_nan(a)) {
    const bool canonical = f.magnitude(a) == f.canonical_nan();
    return {canonical ? Expected::Kind::canonical_nan : Expected::Kind::arithmetic_nan, 0, TrapCode::none};
  }
  if (f.is_infinite(a)) {
    return Expected::of(kFormat<To>.infinity() + (f.negative(a) ? kFormat<To>.sign() : 0));
  }
  const Finite finite = unpack(f, a);
  return Expected::of(round_to_float(kFormat<To>, finite.negative, finite.significand, finite.exponent));
}
Expected same(Bits a, Bits) { return Expected::of(a); }
Expected wrap(Bits a, Bits) { return Expected::of(a % (Wide{1} << 32)); }
Expected extend_s(Bits a, Bits) { return Expected::of(bits_of<64>(number<32, true>(a))); }

struct Row {
  std::string_view name;
  Oracle oracle;
};
constexpr Row kRows[] = {
    {"i32.wrap_i64", wrap},
    {"i64.extend_i32_s", extend_s},
    {"i64.extend_i32_u", same},
    {"i32.trunc_f32_s", trunc<32, true, 32>},
    {"i32.trunc_f32_u", trunc<32, false, 32>},
    {"i32.trunc_f64_s", trunc<32, true, 64>},
    {"i32.trunc_f64_u", trunc<32, false, 64>},
    {"i64.trunc_f32_s", trunc<64, true, 32>},
    {"i64.trunc_f32_u", trunc<64, false, 32>},
    {"i64.trunc_f64_s", trunc<64, true, 64>},
    {"i64.trunc_f64_u", trunc<64, false, 64>},
    {"i32.trunc_sat_f32_s", trunc_sat<32, true, 32>},
    {"i32.trunc_sat_f32_u", trunc_sat<32, false, 32>},
    {"i32.trunc_sat_f64_s", trunc_sat<32, true, 64>},
    {"i32.trunc_sat_f64_u", trunc_sat<32, false, 64>},
    {"i64.trunc_sat_f32_s", trunc_sat<64, true, 32>},
    {"i64.trunc_sat_f32_u", trunc_sat<64, false, 32>},
    {"i64.trunc_sat_f64_s", trunc_sat<64, true, 64>},
    {"i64.trunc_sat_f64_u", trunc_sat<64, false, 64>},
    {"f32.convert_i32_s", convert<32, true, 32>},
    {"f32.convert_i32_u", convert<32, false, 32>},
    {"f32.convert_i64_s", convert<32, true, 64>},
    {"f32.convert_i64_u", convert<32, false, 64>},
    {"f64.convert_i32_s", convert<64, true, 32>},
    {"f64.convert_i32_u", convert<64, false, 32>},
    {"f64.convert_i64_s", convert<64, true, 64>},
    {"f64.convert_i64_u", convert<64, false, 64>},
    {"f32.demote_f64", refloat<32, 64>},
    {"f64.promote_f32", refloat<64, 32>},
    {"i32.reinterpret_f32", same},
    {"i64.reinterpret_f64", same},
    {"f32.reinterpret_i32", same},
    {"f64.reinterpret_i64", same},
};

}  // namespace

Oracle find_conversion_oracle(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.oracle;
  }
  return nullptr;
}

}  // namespace wasmjet::testing
