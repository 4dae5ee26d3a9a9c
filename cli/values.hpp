#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "decoder/types.hpp"
#include "runtime/value.hpp"

namespace wasmjet::cli {

/// An argument of `--invoke` of the given type. Integers are decimal or 0x… and may be written signed
/// or unsigned; floats are decimal, 0x… (hexadecimal float), inf or nan; references can only be `null`.
/// Nothing if `text` is no such value or out of range.
std::optional<Value> parse_value(ValType type, std::string_view text);

/// A result as `--invoke` prints it: integers signed, floats in the shortest form that reads back as
/// the same value (NaNs with a payload other than the canonical one as nan:0x…).
std::string format_value(ValType type, const Value& value);

}  // namespace wasmjet::cli
