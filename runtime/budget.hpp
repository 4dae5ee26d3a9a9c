#pragma once

#include <cstdint>

namespace wasmjet {

/// What all memories (in bytes) or all tables (in elements) of a store may take together: see StoreLimits.
struct Budget {
  std::uint64_t limit = UINT64_MAX;
  std::uint64_t used = 0;

  std::uint64_t left() const { return limit - used; }
  [[nodiscard]] bool take(std::uint64_t amount) {
    if (amount > left()) return false;
    used += amount;
    return true;
  }
  void give_back(std::uint64_t amount) { used -= amount; }
};

}  // namespace wasmjet
