#pragma once

#include <cstdint>
#include <vector>

#include "decoder/types.hpp"

namespace wasmjet::testing {

/// Operands at which something changes, as bit patterns (32-bit ones zero-extended): zeros, ends of ranges,
/// powers of two and their neighbours, shift counts, ties, subnormals, infinities, NaNs of all kinds; and
/// some random ones, always the same. `kind` is a number type.
std::vector<std::uint64_t> edge_values(ValKind kind);

/// Those and more, for instructions of one operand: every range that a conversion may leave, with neighbours.
std::vector<std::uint64_t> many_edge_values(ValKind kind);

}  // namespace wasmjet::testing
