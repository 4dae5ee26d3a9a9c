#pragma once

#include <cstdint>

#include "spec-tests/fuzz/generator/choices.hpp"

namespace wasmjet::fuzz {

/// Numbers at which implementations go wrong, and any others.
std::uint64_t choose_integer(Choices& choices, unsigned width);
/// Bits of a float of 32 or 64 bits: limits of the formats and of the integer types, NaNs, any others.
std::uint64_t choose_float(Choices& choices, unsigned width);

}  // namespace wasmjet::fuzz
