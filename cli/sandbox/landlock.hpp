#pragma once

#include <cstdint>
#include <span>

namespace wasmjet::cli::sandbox {

/// An open directory that stays within reach.
struct OpenDirectory {
  int fd = -1;
  bool read_only = false;
};

/// What came of restrict_files().
struct FileRestriction {
  int abi = 0;    ///< Landlock's version, 0 where there is none
  int error = 0;  ///< errno of what failed, 0 if the restriction holds

  /// Whether everything is restricted that the guest could otherwise do to a file outside its directories.
  /// Before version 3 truncation is not.
  bool complete() const { return error == 0 && abi >= 3; }
};

/// From now on, and for good, the calling thread and those that it starts can open, make and remove files
/// only below `directories` and only as `access` (of file_access.hpp) says, and neither bind nor connect TCP
/// sockets. What is open stays open. Nothing is done where that would forbid moves that are to work (Landlock
/// 1).
FileRestriction restrict_files(std::uint64_t access, std::span<const OpenDirectory> directories);

}  // namespace wasmjet::cli::sandbox
