#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decoder/text/cursor.hpp"
#include "decoder/types.hpp"
#include "runtime/value.hpp"

namespace wasmjet::wast {

struct TypedValue {
  ValType type;
  Value value;
};

/// One lane of an expected number or vector.
struct LanePattern {
  enum class Kind : std::uint8_t {
    exact,           ///< these bits
    canonical_nan,   ///< either sign
    arithmetic_nan,  ///< quiet, either sign
  };
  Kind kind = Kind::exact;
  std::uint64_t bits = 0;  ///< of an exact one
};

/// What a result has to be.
struct Pattern {
  enum class Kind : std::uint8_t {
    lanes,      ///< a number (one lane) or a vector
    null,       ///< a null reference of the hierarchy of `type`
    any_null,   ///< any null reference
    host,       ///< the host's reference `value`
    reference,  ///< any reference to an object of `type`
    either,     ///< one of `alternatives`
  };
  Kind kind = Kind::lanes;
  ValType type;
  unsigned lane_bits = 0;
  std::vector<LanePattern> lanes;
  Value value{};
  std::vector<Pattern> alternatives;
  std::string text;  ///< as it stands in the script, for messages
};

/// An argument: "(i32.const 1)", "(v128.const i64x2 1 2)", "(ref.null func)", "(ref.extern 1)", "(ref.host
/// 1)". Throws TextError.
TypedValue parse_value(text::TokenCursor& cursor);
/// A result: the same, and "(f32.const nan:canonical)", "(ref.func)", "(ref.null)", "(either ...)".
Pattern parse_pattern(text::TokenCursor& cursor);

/// Whether an argument may be passed for a parameter.
bool fits(const TypedValue& argument, ValType parameter);
/// Throws Unsupported where the runtime cannot tell.
bool matches(const Pattern& pattern, const TypedValue& actual);

/// "(i32.const 1)"; floats with their bits.
std::string describe(const TypedValue& value);

}  // namespace wasmjet::wast
