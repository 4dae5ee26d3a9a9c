#pragma once

/// What numeric instructions mean, written from the specification (4.3) and from nothing else: integers as
/// mathematical ones of 128 bits, floats as soft_float.hpp makes them. Slow and obvious.

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/trap.hpp"

namespace wasmjet::testing {

/// What an instruction must yield: these bits, a NaN of a class (spec 4.3.3: any sign; an arithmetic NaN has
/// its quiet bit set, the rest of its payload is free), or a trap.
struct Expected {
  enum class Kind : std::uint8_t { bits, canonical_nan, arithmetic_nan, trap };
  Kind kind = Kind::bits;
  std::uint64_t bits = 0;
  TrapCode trap = TrapCode::none;

  static Expected of(std::uint64_t bits) { return {Kind::bits, bits, TrapCode::none}; }
  static Expected trapping(TrapCode code) { return {Kind::trap, 0, code}; }
  /// Whether a result of `width` bits is as expected.
  bool matches(std::uint64_t result, unsigned width) const;
  std::string text() const;
};

/// Values are bit patterns; 32-bit ones are zero-extended. `b` is 0 for instructions of one operand.
using Oracle = Expected (*)(std::uint64_t a, std::uint64_t b);

/// By the instruction's text name; null if the oracle does not know it.
Oracle find_oracle(std::string_view name);

// One file each; for find_oracle().
Oracle find_integer_oracle(std::string_view name);
Oracle find_float_oracle(std::string_view name);
Oracle find_conversion_oracle(std::string_view name);

}  // namespace wasmjet::testing
