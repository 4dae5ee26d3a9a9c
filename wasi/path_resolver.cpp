#include "wasi/path_resolver.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>

#include "wasi/host_errno.hpp"
#include "wasi/path_walk.hpp"

namespace wasmjet::wasi {

namespace {

/// openat2(2) gives up with EAGAIN when directories above a `..` are being renamed.
constexpr int kRaceRetries = 32;

long kernel_open(int root, const char* path, int flags, mode_t mode) {
  open_how how = {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return syscall(SYS_openat2, root, path, &how, sizeof how);
}

bool kernel_can_resolve() {
  static const bool can = UniqueFd(static_cast<int>(kernel_open(AT_FDCWD, ".", O_PATH, 0))).get() >= 0;
  return can;
}

}  // namespace

UniqueFd above_standard_streams(UniqueFd fd) {
  if (fd.get() < 0 || fd.get() > 2) return fd;
  return UniqueFd(fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
}

PathResolver::PathResolver() : use_kernel_(kernel_can_resolve()) {}

Result<UniqueFd> PathResolver::open(int root, const std::string& path, int flags, mode_t mode) const {
  if (path.empty()) return Errno::noent;
  if (path.front() == '/') return Errno::notcapable;
  if (use_kernel_) {
    for (int attempt = 0; attempt < kRaceRetries; ++attempt) {
      UniqueFd fd(static_cast<int>(kernel_open(root, path.c_str(), flags, mode)));
      if (fd) fd = above_standard_streams(std::move(fd));
      if (fd) return fd;
      if (errno == EXDEV) return Errno::notcapable;
      if (errno != EAGAIN) return last_host_error();
    }
  }
  return walk_open(root, path, flags, mode);
}

Result<DirectoryEntry> PathResolver::open_parent(int root, const std::string& path) const {
  if (path.empty()) return Errno::noent;
  if (path.front() == '/') return Errno::notcapable;
  const std::size_t end = path.find_last_not_of('/') + 1;
  const std::size_t slash = path.rfind('/', end - 1);
  const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;

  DirectoryEntry entry;
  entry.name = path.substr(begin, end - begin);
  if (entry.name == "." || entry.name == "..") {
    entry.kind = entry.name == "." ? DirectoryEntry::Kind::dot : DirectoryEntry::Kind::dotdot;
    entry.name.clear();
    Result<UniqueFd> itself = open(root, path, O_PATH | O_DIRECTORY);
    if (!itself) return itself.error();
    entry.owned = std::move(*itself);
    entry.directory = entry.owned.get();
    return entry;
  }
  if (end != path.size()) entry.name += '/';
  if (begin == 0) {
    entry.directory = root;
    return entry;
  }
  Result<UniqueFd> parent = open(root, path.substr(0, begin), O_PATH | O_DIRECTORY);
  if (!parent) return parent.error();
  entry.owned = std::move(*parent);
  entry.directory = entry.owned.get();
  return entry;
}

}  // namespace wasmjet::wasi
