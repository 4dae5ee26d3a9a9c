#pragma once

#include <sys/types.h>

#include <string>

#include "wasi/result.hpp"
#include "wasi/unique_fd.hpp"

namespace wasmjet::wasi {

/// PathResolver::open without openat2(2). `path` is relative and not empty.
Result<UniqueFd> walk_open(int root, const std::string& path, int flags, mode_t mode);

}  // namespace wasmjet::wasi
