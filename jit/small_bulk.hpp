#pragma once

namespace wasmjet::jit {

/// Up to so many bytes memory.copy and memory.fill do without the runtime (*/small_bulk.hpp).
inline constexpr int kMostSmallBulk = 256;

}  // namespace wasmjet::jit
