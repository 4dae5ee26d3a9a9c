#include <fcntl.h>
#include <sys/stat.h>

#include "wasi/fd_flags.hpp"
#include "wasi/handlers.hpp"
#include "wasi/host_stat.hpp"

namespace wasmjet::wasi {

namespace {

struct OpenRequest {
  std::string path;
  uint32_t flags = 0;  ///< `$oflags`
  uint32_t fd_flags = 0;
  bool follow = false;
  Rights base = 0;
  Rights inheriting = 0;

  bool asks(uint32_t flag) const { return (flags & flag) != 0; }
};

/// The rights that path_open itself needs of the directory.
Rights needed_rights(const OpenRequest& request) {
  Rights needed = rights::kPathOpen;
  if (request.asks(oflags::kCreat)) needed |= rights::kPathCreateFile;
  if (request.asks(oflags::kTrunc)) needed |= rights::kPathFilestatSetSize;
  return needed;
}

/// The rights that what is opened is to inherit or to have by its flags (as the rights' descriptions in the
/// spec have it).
Rights inherited_rights(const OpenRequest& request) {
  Rights inherited = request.base | request.inheriting;
  if ((request.fd_flags & fdflags::kDsync) != 0) inherited |= rights::kFdDatasync;
  if ((request.fd_flags & (fdflags::kSync | fdflags::kRsync)) != 0) inherited |= rights::kFdSync;
  return inherited;
}

/// Go asks for all rights but those to write when it opens for reading: rights to change the size among them
/// do not make a file be opened for writing, they are dropped.
int host_flags(const OpenRequest& request) {
  const bool reads = (request.base & rights::kFdRead) != 0;
  const bool writes = (request.base & rights::kFdWrite) != 0 || request.asks(oflags::kTrunc);
  // O_NOCTTY: opening a terminal must not make it the controlling one of the host process.
  int flags = to_host_flags(request.fd_flags) | O_NOCTTY;
  flags |= writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY;
  if (request.asks(oflags::kCreat)) flags |= O_CREAT;
  if (request.asks(oflags::kDirectory)) flags |= O_DIRECTORY;
  if (request.asks(oflags::kExcl)) flags |= O_EXCL;
  if (request.asks(oflags::kTrunc)) flags |= O_TRUNC;
  if (!request.follow) flags |= O_NOFOLLOW;
  return flags;
}

/// Opens as on a read-only mount: what exists can be read; else ROFS, behind what a path itself has wrong.
/// Unlike there, neither FIFOs nor devices can be written.
Result<UniqueFd> open_read_only(const PathResolver& paths, int root, const OpenRequest& request) {
  const bool writes = (request.base & rights::kFdWrite) != 0 || request.asks(oflags::kTrunc);
  const bool creates = request.asks(oflags::kCreat);
  const int flags = host_flags(request) & ~(O_CREAT | O_EXCL);
  if (!writes && !creates) return paths.open(root, request.path, flags);
  const bool exclusive = creates && request.asks(oflags::kExcl);
  const int look = O_PATH | (exclusive ? O_NOFOLLOW : flags & (O_NOFOLLOW | O_DIRECTORY));
  Result<UniqueFd> there = paths.open(root, request.path, look);
  if (!there && creates && there.error() == Errno::noent) {
    const Result<DirectoryEntry> parent = paths.open_parent(root, request.path);
    return parent ? Errno::rofs : parent.error();
  }
  if (!there) return there.error();
  if (exclusive) return Errno::exist;
  struct stat status = {};
  if (stat_of(there->get(), status) != 0) return last_host_error();
  if (S_ISLNK(status.st_mode)) return Errno::loop;
  if (S_ISDIR(status.st_mode)) return Errno::isdir;
  if (writes) return Errno::rofs;
  return paths.open(root, request.path, flags);
}

/// Opens; nothing if the run was interrupted (opening a FIFO blocks).
std::optional<Result<UniqueFd>> open_host(const Call& call, const Descriptor& directory,
                                          const OpenRequest& request) {
  for (;;) {
    if (call.caller.interrupted()) return std::nullopt;
    const PathResolver& paths = call.wasi.paths();
    Result<UniqueFd> opened = directory.read_only
                                  ? open_read_only(paths, directory.host.get(), request)
                                  : paths.open(directory.host.get(), request.path, host_flags(request), 0666);
    if (opened.error() != Errno::intr) return opened;
  }
}

}  // namespace

Answer path_open(Call& call, uint32_t fd, uint32_t dirflags, uint32_t path, uint32_t path_len,
                 uint32_t open_flags, uint64_t base, uint64_t inheriting, uint32_t fd_flags,
                 uint32_t fd_out) {
  // Bits beyond the spec's rights apply to no type of file, so they are not granted, and no error.
  OpenRequest request{{},
                      open_flags,
                      fd_flags,
                      (dirflags & kSymlinkFollow) != 0,
                      base & rights::kAll,
                      inheriting & rights::kAll};
  Result<Descriptor*> directory = call.descriptors().get_directory(fd, needed_rights(request));
  if (!directory) return directory.error();
  if ((open_flags & ~oflags::kAll) != 0 || (fd_flags & ~fdflags::kAll) != 0 ||
      (dirflags & ~kSymlinkFollow) != 0) {
    return Errno::inval;
  }
  if ((inherited_rights(request) & ~(*directory)->inheriting) != 0) return Errno::notcapable;
  Result<std::string> name = read_path(call.memory, path, path_len);
  if (!name) return name.error();
  if (!call.memory.contains(fd_out, sizeof(uint32_t))) return Errno::fault;
  request.path = std::move(*name);

  auto opened = open_host(call, **directory, request);
  if (!opened) return Answer::interrupted();
  if (!*opened) return opened->error();
  Result<Descriptor> descriptor = describe_host_fd(std::move(**opened));
  if (!descriptor) return descriptor.error();
  descriptor->base &= request.base;
  descriptor->inheriting &= request.inheriting;
  descriptor->read_only = (*directory)->read_only;
  const uint32_t number = call.descriptors().insert(std::move(*descriptor));
  return call.memory.write(fd_out, number) ? Errno::success : Errno::fault;
}

}  // namespace wasmjet::wasi
