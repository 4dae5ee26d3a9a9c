#pragma once

#include <time.h>

#include <cstdint>

namespace wasmjet::wasi {

inline constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

/// The time of a host clock in nanoseconds.
std::uint64_t now(clockid_t clock);

}  // namespace wasmjet::wasi
