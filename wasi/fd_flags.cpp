#include "wasi/fd_flags.hpp"

#include <fcntl.h>

#include "wasi/abi.hpp"

namespace wasmjet::wasi {

int to_host_flags(std::uint32_t flags) {
  int host = 0;
  if ((flags & fdflags::kAppend) != 0) host |= O_APPEND;
  if ((flags & fdflags::kDsync) != 0) host |= O_DSYNC;
  if ((flags & fdflags::kNonblock) != 0) host |= O_NONBLOCK;
  if ((flags & (fdflags::kRsync | fdflags::kSync)) != 0) host |= O_SYNC;
  return host;
}

std::uint16_t from_host_flags(int flags) {
  std::uint32_t result = 0;
  if ((flags & O_APPEND) != 0) result |= fdflags::kAppend;
  if ((flags & O_NONBLOCK) != 0) result |= fdflags::kNonblock;
  // O_SYNC includes the bit of O_DSYNC.
  if ((flags & O_SYNC) == O_SYNC) {
    result |= fdflags::kSync;
  } else if ((flags & O_DSYNC) != 0) {
    result |= fdflags::kDsync;
  }
  return static_cast<std::uint16_t>(result);
}

}  // namespace wasmjet::wasi
