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

/// What a result has to be.
struct Pattern {
  enum class Kind : std::uint8_t {
    exact,           ///< these bits, or this reference
    canonical_nan,   ///< of `type`, with either sign
    arithmetic_nan,  ///< likewise, quiet
    null,            ///< a null reference of any type
    non_null,        ///< any other reference of `type`
    either,          ///< one of `alternatives`
  };
  Kind kind = Kind::exact;
  ValType type;
  Value value{};
  std::vector<Pattern> alternatives;
  std::string text;  ///< as it stands in the script, for messages
};

/// "(i32.const 1)", "(ref.null func)", "(ref.extern 1)". Throws TextError, also for types that the runtime
/// does not have (as unsupported).
TypedValue parse_value(text::TokenCursor& cursor);
/// Likewise, and "(f32.const nan:canonical)", "(ref.func)", "(either ...)".
Pattern parse_pattern(text::TokenCursor& cursor);

bool matches(const Pattern& pattern, const TypedValue& actual);

/// "(i32.const 1)"; floats with their bits.
std::string describe(const TypedValue& value);

}  // namespace wasmjet::wast
