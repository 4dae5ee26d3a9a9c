#pragma once

#include <cstdint>

namespace wasmjet::wasi {

/// The open(2) flags of `$fdflags`. Linux has no O_RSYNC of its own: it is O_SYNC.
int to_host_flags(std::uint32_t flags);
/// `$fdflags` of open(2) flags.
std::uint16_t from_host_flags(int flags);

}  // namespace wasmjet::wasi
