#pragma once

#include <sys/stat.h>

#include <array>

#include "wasi/result.hpp"

namespace wasmjet::wasi {

/// The WASI type of a file of host mode `mode`. `fd`, if not negative, tells stream sockets from others.
FileType file_type(mode_t mode, int fd = -1);
/// The WASI type of a directory entry's `d_type`; `unknown` where the file system does not say.
FileType file_type_of_dirent(unsigned char d_type);
/// `$filestat` of the host's `status`. Times before 1970 become 0.
Filestat to_filestat(const struct stat& status, FileType type);
/// {atime, mtime} for utimensat() as `flags` ask: INVAL where they contradict each other.
Result<std::array<timespec, 2>> times_to_set(std::uint64_t atim, std::uint64_t mtim, std::uint32_t flags);

}  // namespace wasmjet::wasi
