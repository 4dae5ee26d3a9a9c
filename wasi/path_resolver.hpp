#pragma once

#include <sys/types.h>

#include <string>

#include "wasi/result.hpp"
#include "wasi/unique_fd.hpp"

namespace wasmjet::wasi {

/// Where the last component of a path lives.
struct DirectoryEntry {
  enum class Kind { name, dot, dotdot };

  int directory = -1;  ///< `owned`, or the directory that the path was relative to
  UniqueFd owned;
  Kind kind = Kind::name;
  /// The last component; a trailing slash of the path is kept, as the *at() calls give it a meaning.
  std::string name;
  bool trailing_slash() const { return !name.empty() && name.back() == '/'; }
};

/// Turns the guest's paths into host descriptors without ever leaving the directory they are relative to:
/// absolute paths, `..` beyond the root and symbolic links that lead out answer NOTCAPABLE, whatever
/// else changes the file system meanwhile.
///
/// The kernel does it (openat2(2) with RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS) or, where it cannot (before
/// Linux 5.6, some sandboxes), a walk that opens each component by itself, never following links but
/// reading them.
class PathResolver {
 public:
  /// Uses the kernel if it can.
  PathResolver();
  /// Always walks.
  static PathResolver walking() { return PathResolver(false); }

  /// openat(root, path, flags | O_CLOEXEC, mode) within `root`. O_NOFOLLOW concerns the last component
  /// alone. INTR if a signal came.
  Result<UniqueFd> open(int root, const std::string& path, int flags, mode_t mode = 0) const;
  /// The directory in which `path`'s last component is, or would be made. A path that ends in `.` or
  /// `..` must exist, and has no name.
  Result<DirectoryEntry> open_parent(int root, const std::string& path) const;

 private:
  explicit PathResolver(bool use_kernel) : use_kernel_(use_kernel) {}

  bool use_kernel_;
};

/// The same descriptor under a number above 2: what the host writes to its standard streams must never
/// land in a guest's file, even if the process was started with one of them closed.
UniqueFd above_standard_streams(UniqueFd fd);

}  // namespace wasmjet::wasi
