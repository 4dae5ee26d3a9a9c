#pragma once

#include <cstdint>
#include <vector>

#include "spec-tests/mutants/mutator.hpp"

namespace wasmjet::fuzz {

/// Input for generate_module(), of up to 2 KiB: the same for the same seed, on every machine.
inline std::vector<std::uint8_t> random_bytes(std::uint64_t seed) {
  mutants::Random random(seed);
  std::vector<std::uint8_t> bytes(random.below(2048));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.next());
  return bytes;
}

}  // namespace wasmjet::fuzz
