/// The oracle for integer arithmetic (spec 4.3.2).

#include "spec-tests/differential/oracle.hpp"
#include "spec-tests/differential/soft_float.hpp"

namespace wasmjet::testing {
namespace {

template <unsigned N>
constexpr Wide kModulus = Wide{1} << N;

template <unsigned N>
SignedWide to_signed(std::uint64_t bits) {
  return bits < kModulus<N> / 2 ? SignedWide{bits} : SignedWide{bits} - static_cast<SignedWide>(kModulus<N>);
}

/// The number modulo 2^N.
template <unsigned N>
Expected wrap(SignedWide number) {
  return Expected::of(static_cast<std::uint64_t>(static_cast<Wide>(number) % kModulus<N>));
}
Expected truth(bool value) { return Expected::of(value ? 1 : 0); }

template <unsigned N>
bool bit(std::uint64_t value, unsigned place) {
  return (value >> (place % N) & 1) != 0;
}
/// The integer whose bit number `i` is `bit_at(i)`.
template <unsigned N, class BitAt>
Expected from_bits(const BitAt& bit_at) {
  std::uint64_t result = 0;
  for (unsigned i = 0; i < N; ++i) result |= std::uint64_t{bit_at(i)} << i;
  return Expected::of(result);
}

template <unsigned N>
Expected clz(std::uint64_t a, std::uint64_t) {
  unsigned count = 0;
  while (count < N && !bit<N>(a, N - 1 - count)) ++count;
  return Expected::of(count);
}
template <unsigned N>
Expected ctz(std::uint64_t a, std::uint64_t) {
  unsigned count = 0;
  while (count < N && !bit<N>(a, count)) ++count;
  return Expected::of(count);
}
template <unsigned N>
Expected popcnt(std::uint64_t a, std::uint64_t) {
  unsigned count = 0;
  for (unsigned i = 0; i < N; ++i) count += bit<N>(a, i);
  return Expected::of(count);
}

template <unsigned N>
Expected add(std::uint64_t a, std::uint64_t b) {
  return wrap<N>(SignedWide{a} + b);
}
template <unsigned N>
Expected sub(std::uint64_t a, std::uint64_t b) {
  return wrap<N>(SignedWide{a} - SignedWide{b});
}
template <unsigned N>
Expected mul(std::uint64_t a, std::uint64_t b) {
  return wrap<N>(static_cast<SignedWide>(Wide{a} * Wide{b}));
}
template <unsigned N>
Expected div_s(std::uint64_t a, std::uint64_t b) {
  if (b == 0) return Expected::trapping(TrapCode::integer_divide_by_zero);
  const SignedWide quotient = to_signed<N>(a) / to_signed<N>(b);
  if (quotient == static_cast<SignedWide>(kModulus<N> / 2)) {
    return Expected::trapping(TrapCode::integer_overflow);
  }
  return wrap<N>(quotient);
}
template <unsigned N>
Expected div_u(std::uint64_t a, std::uint64_t b) {
  if (b == 0) return Expected::trapping(TrapCode::integer_divide_by_zero);
  return Expected::of(a / b);
}
template <unsigned N>
Expected rem_s(std::uint64_t a, std::uint64_t b) {
  if (b == 0) return Expected::trapping(TrapCode::integer_divide_by_zero);
  return wrap<N>(to_signed<N>(a) - to_signed<N>(b) * (to_signed<N>(a) / to_signed<N>(b)));
}
template <unsigned N>
Expected rem_u(std::uint64_t a, std::uint64_t b) {
  if (b == 0) return Expected::trapping(TrapCode::integer_divide_by_zero);
  return Expected::of(a - b * (a / b));
}

template <unsigned N>
Expected and_(std::uint64_t a, std::uint64_t b) {
  return from_bits<N>([=](unsigned i) { return bit<N>(a, i) && bit<N>(b, i); });
}
template <unsigned N>
Expected or_(std::uint64_t a, std::uint64_t b) {
  return from_bits<N>([=](unsigned i) { return bit<N>(a, i) || bit<N>(b, i); });
}
template <unsigned N>
Expected xor_(std::uint64_t a, std::uint64_t b) {
  return from_bits<N>([=](unsigned i) { return bit<N>(a, i) != bit<N>(b, i); });
}
template <unsigned N>
Expected shl(std::uint64_t a, std::uint64_t b) {
  const auto count = static_cast<unsigned>(b % N);
  return from_bits<N>([=](unsigned i) { return i >= count && bit<N>(a, i - count); });
}
template <unsigned N>
Expected shr_u(std::uint64_t a, std::uint64_t b) {
  const auto count = static_cast<unsigned>(b % N);
  return from_bits<N>([=](unsigned i) { return i + count < N && bit<N>(a, i + count); });
}
template <unsigned N>
Expected shr_s(std::uint64_t a, std::uint64_t b) {
  const auto count = static_cast<unsigned>(b % N);
  return from_bits<N>([=](unsigned i) { return bit<N>(a, i + count < N ? i + count : N - 1); });
}
template <unsigned N>
Expected rotl(std::uint64_t a, std::uint64_t b) {
  const auto count = static_cast<unsigned>(b % N);
  return from_bits<N>([=](unsigned i) { return bit<N>(a, i + N - count); });
}
template <unsigned N>
Expected rotr(std::uint64_t a, std::uint64_t b) {
  const auto count = static_cast<unsigned>(b % N);
  return from_bits<N>([=](unsigned i) { return bit<N>(a, i + count); });
}

template <unsigned N>
Expected eqz(std::uint64_t a, std::uint64_t) {
  return truth(a == 0);
}
template <unsigned N>
Expected eq(std::uint64_t a, std::uint64_t b) {
  return truth(a == b);
}
template <unsigned N>
Expected ne(std::uint64_t a, std::uint64_t b) {
  return truth(a != b);
}
template <unsigned N>
Expected lt_s(std::uint64_t a, std::uint64_t b) {
  return truth(to_signed<N>(a) < to_signed<N>(b));
}
template <unsigned N>
Expected lt_u(std::uint64_t a, std::uint64_t b) {
  return truth(a < b);
}
template <unsigned N>
Expected gt_s(std::uint64_t a, std::uint64_t b) {
  return truth(to_signed<N>(a) > to_signed<N>(b));
}
template <unsigned N>
Expected gt_u(std::uint64_t a, std::uint64_t b) {
  return truth(a > b);
}
template <unsigned N>
Expected le_s(std::uint64_t a, std::uint64_t b) {
  return truth(to_signed<N>(a) <= to_signed<N>(b));
}
template <unsigned N>
Expected le_u(std::uint64_t a, std::uint64_t b) {
  return truth(a <= b);
}
template <unsigned N>
Expected ge_s(std::uint64_t a, std::uint64_t b) {
  return truth(to_signed<N>(a) >= to_signed<N>(b));
}
template <unsigned N>
Expected ge_u(std::uint64_t a, std::uint64_t b) {
  return truth(a >= b);
}

/// The low M bits of a, sign-extended to N.
template <unsigned N, unsigned M>
Expected extend(std::uint64_t a, std::uint64_t) {
  return from_bits<N>([=](unsigned i) { return bit<N>(a, i < M ? i : M - 1); });
}

template <unsigned N>
Oracle find(std::string_view name) {
  struct Row {
    std::string_view name;
    Oracle oracle;
  };
  static constexpr Row kRows[] = {{"clz", clz<N>},
                                  {"ctz", ctz<N>},
                                  {"popcnt", popcnt<N>},
                                  {"add", add<N>},
                                  {"sub", sub<N>},
                                  {"mul", mul<N>},
                                  {"div_s", div_s<N>},
                                  {"div_u", div_u<N>},
                                  {"rem_s", rem_s<N>},
                                  {"rem_u", rem_u<N>},
                                  {"and", and_<N>},
                                  {"or", or_<N>},
                                  {"xor", xor_<N>},
                                  {"shl", shl<N>},
                                  {"shr_u", shr_u<N>},
                                  {"shr_s", shr_s<N>},
                                  {"rotl", rotl<N>},
                                  {"rotr", rotr<N>},
                                  {"eqz", eqz<N>},
                                  {"eq", eq<N>},
                                  {"ne", ne<N>},
                                  {"lt_s", lt_s<N>},
                                  {"lt_u", lt_u<N>},
                                  {"gt_s", gt_s<N>},
                                  {"gt_u", gt_u<N>},
                                  {"le_s", le_s<N>},
                                  {"le_u", le_u<N>},
                                  {"ge_s", ge_s<N>},
                                  {"ge_u", ge_u<N>},
                                  {"extend8_s", extend<N, 8>},
                                  {"extend16_s", extend<N, 16>},
                                  {"extend32_s", extend<N, 32>}};
  for (const Row& row : kRows) {
    if (row.name == name) return row.oracle;
  }
  return nullptr;
}

}  // namespace

Oracle find_integer_oracle(std::string_view name) {
  if (name.starts_with("i32.")) return find<32>(name.substr(4));
  if (name.starts_with("i64.")) return find<64>(name.substr(4));
  return nullptr;
}

}  // namespace wasmjet::testing
