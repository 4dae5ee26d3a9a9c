#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace wasmjet::fuzz {

/// What a call of a generated module's export may use of its global "fuel", which has to be set before.
inline constexpr std::int32_t kFuel = 200;

/// A valid module made from any bytes: the same from the same bytes, a larger one from more bytes. Every call
/// of one of its exports ends, by itself or by a trap, after work that the fuel bounds. It imports functions,
/// a table, a memory and globals of module "env" that fit their declared types.
std::vector<std::uint8_t> generate_module(std::span<const std::uint8_t> bytes);

}  // namespace wasmjet::fuzz
