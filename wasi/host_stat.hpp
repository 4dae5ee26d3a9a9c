#pragma once

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace wasmjet::wasi {

/// fstat(2). The C library's own asks with newfstatat(fd, "") before glibc 2.39, which a filter of system
/// calls cannot tell from looking up a path.
inline int stat_of(int fd, struct stat& status) { return static_cast<int>(syscall(SYS_fstat, fd, &status)); }

}  // namespace wasmjet::wasi
