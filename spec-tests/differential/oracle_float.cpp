/// The oracle for float arithmetic (spec 4.3.3).

#include <algorithm>
#include <initializer_list>

#include "spec-tests/differential/oracle.hpp"
#include "spec-tests/differential/soft_float.hpp"

namespace wasmjet::testing {
namespace {

using Bits = std::uint64_t;

template <unsigned N>
constexpr const FloatFormat& kFormat = N == 32 ? kSingle : kDouble;

/// nans_N of these operands: canonical if all NaNs among them are (or there are none).
template <unsigned N>
Expected nans(std::initializer_list<Bits> operands) {
  const FloatFormat& f = kFormat<N>;
  const bool canonical = std::all_of(operands.begin(), operands.end(), [&](Bits bits) {
    return !f.is_nan(bits) || f.magnitude(bits) == f.canonical_nan();
  });
  return {canonical ? Expected::Kind::canonical_nan : Expected::Kind::arithmetic_nan, 0, TrapCode::none};
}
template <unsigned N>
Expected infinity(bool negative) {
  return Expected::of(kFormat<N>.infinity() | (negative ? kFormat<N>.sign() : 0));
}
template <unsigned N>
Finite finite(Bits bits) {
  return unpack(kFormat<N>, bits);
}

template <unsigned N>
Expected add(Bits a, Bits b) {
  const FloatFormat& f = kFormat<N>;
  if (f.is_nan(a) || f.is_nan(b)) return nans<N>({a, b});
  if (f.is_infinite(a) && f.is_infinite(b) && a != b) return nans<N>({});
  if (f.is_infinite(a)) return Expected::of(a);
  if (f.is_infinite(b)) return Expected::of(b);
  return Expected::of(soft_add(f, finite<N>(a), finite<N>(b)));
}
template <unsigned N>
Expected sub(Bits a, Bits b) {
  if (kFormat<N>.is_nan(b)) return nans<N>({a, b});
  return add<N>(a, b ^ kFormat<N>.sign());
}
template <unsigned N>
Expected mul(Bits a, Bits b) {
  const FloatFormat& f = kFormat<N>;
  if (f.is_nan(a) || f.is_nan(b)) return nans<N>({a, b});
  if (f.is_infinite(a) || f.is_infinite(b)) {
    return f.is_zero(a) || f.is_zero(b) ? nans<N>({}) : infinity<N>(f.negative(a) != f.negative(b));
  }
  return Expected::of(soft_multiply(f, finite<N>(a), finite<N>(b)));
}
template <unsigned N>
Expected div(Bits a, Bits b) {
  const FloatFormat& f = kFormat<N>;
  if (f.is_nan(a) || f.is_nan(b)) return nans<N>({a, b});
  const bool negative = f.negative(a) != f.negative(b);
  if (f.is_infinite(a)) return f.is_infinite(b) ? nans<N>({}) : infinity<N>(negative);
  if (f.is_infinite(b)) return Expected::of(negative ? f.sign() : 0);
  if (f.is_zero(b)) return f.is_zero(a) ? nans<N>({}) : infinity<N>(negative);
  return Expected::of(soft_divide(f, finite<N>(a), finite<N>(b)));
}

/// Orders floats that are no NaN; -0 below 0.
template <unsigned N>
SignedWide order(Bits bits) {
  const SignedWide magnitude = kFormat<N>.magnitude(bits);
  return kFormat<N>.negative(bits) ? -magnitude - 1 : magnitude;
}
template <unsigned N>
Expected min(Bits a, Bits b) {
  if (kFormat<N>.is_nan(a) || kFormat<N>.is_nan(b)) return nans<N>({a, b});
  return Expected::of(order<N>(a) < order<N>(b) ? a : b);
}
template <unsigned N>
Expected max(Bits a, Bits b) {
  if (kFormat<N>.is_nan(a) || kFormat<N>.is_nan(b)) return nans<N>({a, b});
  return Expected::of(order<N>(a) > order<N>(b) ? a : b);
}

template <unsigned N>
Expected copysign(Bits a, Bits b) {
  return Expected::of(kFormat<N>.magnitude(a) + (kFormat<N>.negative(b) ? kFormat<N>.sign() : 0));
}
template <unsigned N>
Expected abs(Bits a, Bits) {
  return Expected::of(kFormat<N>.magnitude(a));
}
template <unsigned N>
Expected neg(Bits a, Bits) {
  return Expected::of(kFormat<N>.negative(a) ? a - kFormat<N>.sign() : a + kFormat<N>.sign());
}
template <unsigned N>
Expected sqrt(Bits a, Bits) {
  const FloatFormat& f = kFormat<N>;
  if (f.is_nan(a)) return nans<N>({a});
  if (f.is_zero(a)) return Expected::of(a);
  if (f.negative(a)) return nans<N>({});
  return f.is_infinite(a) ? Expected::of(a) : Expected::of(soft_sqrt(f, finite<N>(a)));
}
template <unsigned N, Rounding kRounding>
Expected rounded(Bits a, Bits) {
  const FloatFormat& f = kFormat<N>;
  if (f.is_nan(a)) return nans<N>({a});
  return f.is_infinite(a) ? Expected::of(a) : Expected::of(round_to_integer(f, finite<N>(a), kRounding));
}

/// Negative, zero or positive as a is less than, equal to or greater than b; `unordered` if one is a NaN.
struct Comparison {
  bool unordered;
  int sign;
};
template <unsigned N>
Comparison compare(Bits a, Bits b) {
  if (kFormat<N>.is_nan(a) || kFormat<N>.is_nan(b)) return {true, 0};
  if (kFormat<N>.is_zero(a) && kFormat<N>.is_zero(b)) return {false, 0};
  return {false, order<N>(a) < order<N>(b) ? -1 : order<N>(a) > order<N>(b) ? 1 : 0};
}
Expected truth(bool value) { return Expected::of(value ? 1 : 0); }

template <unsigned N>
Expected eq(Bits a, Bits b) {
  const Comparison result = compare<N>(a, b);
  return truth(!result.unordered && result.sign == 0);
}
template <unsigned N>
Expected ne(Bits a, Bits b) {
  const Comparison result = compare<N>(a, b);
  return truth(result.unordered || result.sign != 0);
}
template <unsigned N>
Expected lt(Bits a, Bits b) {
  return truth(compare<N>(a, b).sign < 0);
}
template <unsigned N>
Expected gt(Bits a, Bits b) {
  return truth(compare<N>(a, b).sign > 0);
}
template <unsigned N>
Expected le(Bits a, Bits b) {
  const Comparison result = compare<N>(a, b);
  return truth(!result.unordered && result.sign <= 0);
}
template <unsigned N>
Expected ge(Bits a, Bits b) {
  const Comparison result = compare<N>(a, b);
  return truth(!result.unordered && result.sign >= 0);
}

template <unsigned N>
Oracle find(std::string_view name) {
  struct Row {
    std::string_view name;
    Oracle oracle;
  };
  static constexpr Row kRows[] = {{"add", add<N>},
                                  {"sub", sub<N>},
                                  {"mul", mul<N>},
                                  {"div", div<N>},
                                  {"min", min<N>},
                                  {"max", max<N>},
                                  {"copysign", copysign<N>},
                                  {"abs", abs<N>},
                                  {"neg", neg<N>},
                                  {"sqrt", sqrt<N>},
                                  {"ceil", rounded<N, Rounding::up>},
                                  {"floor", rounded<N, Rounding::down>},
                                  {"trunc", rounded<N, Rounding::towards_zero>},
                                  {"nearest", rounded<N, Rounding::to_even>},
                                  {"eq", eq<N>},
                                  {"ne", ne<N>},
                                  {"lt", lt<N>},
                                  {"gt", gt<N>},
                                  {"le", le<N>},
                                  {"ge", ge<N>}};
  for (const Row& row : kRows) {
    if (row.name == name) return row.oracle;
  }
  return nullptr;
}

}  // namespace

Oracle find_float_oracle(std::string_view name) {
  if (name.starts_with("f32.")) return find<32>(name.substr(4));
  if (name.starts_with("f64.")) return find<64>(name.substr(4));
  return nullptr;
}

}  // namespace wasmjet::testing
