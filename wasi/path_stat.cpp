#include <fcntl.h>
#include <sys/stat.h>

#include "wasi/filestat.hpp"
#include "wasi/handlers.hpp"
#include "wasi/host_stat.hpp"

namespace wasmjet::wasi {

namespace {

struct Target {
  UniqueFd fd;
  struct stat status;
};

/// The file that a path names, held by an O_PATH descriptor so that no later step looks the path up again.
Result<Target> find_target(const Call& call, const Descriptor& directory, uint32_t path, uint32_t path_len,
                           bool follow) {
  const Result<std::string> name = read_path(call.memory, path, path_len);
  if (!name) return name.error();
  const int flags = follow ? O_PATH : O_PATH | O_NOFOLLOW;
  Result<UniqueFd> fd = call.wasi.paths().open(directory.host.get(), *name, flags);
  if (!fd) return fd.error();
  Target target{std::move(*fd), {}};
  if (stat_of(target.fd.get(), target.status) != 0) return last_host_error();
  return target;
}

/// utimensat() on an O_PATH descriptor, which may be a symbolic link's.
Errno set_times(int fd, const timespec* times) {
  if (utimensat(fd, "", times, AT_EMPTY_PATH) == 0) return Errno::success;
  // Before Linux 5.8 the empty path is not allowed here.
  if (errno != EINVAL && errno != ENOENT) return last_host_error();
  const std::string name = "/proc/self/fd/" + std::to_string(fd);
  return utimensat(AT_FDCWD, name.c_str(), times, 0) == 0 ? Errno::success : last_host_error();
}

}  // namespace

Answer path_filestat_get(Call& call, uint32_t fd, uint32_t flags, uint32_t path, uint32_t path_len,
                         uint32_t stat_out) {
  Result<Descriptor*> directory = call.descriptors().get_directory(fd, rights::kPathFilestatGet);
  if (!directory) return directory.error();
  if ((flags & ~kSymlinkFollow) != 0) return Errno::inval;
  Result<Target> target = find_target(call, **directory, path, path_len, (flags & kSymlinkFollow) != 0);
  if (!target) return target.error();
  const FileType type = file_type(target->status.st_mode);
  return call.memory.write(stat_out, to_filestat(target->status, type)) ? Errno::success : Errno::fault;
}

Answer path_filestat_set_times(Call& call, uint32_t fd, uint32_t flags, uint32_t path, uint32_t path_len,
                               uint64_t atim, uint64_t mtim, uint32_t fst_flags) {
  Result<Descriptor*> directory = call.descriptors().get_directory(fd, rights::kPathFilestatSetTimes);
  if (!directory) return directory.error();
  if ((flags & ~kSymlinkFollow) != 0) return Errno::inval;
  const auto times = times_to_set(atim, mtim, fst_flags);
  if (!times) return times.error();
  Result<Target> target = find_target(call, **directory, path, path_len, (flags & kSymlinkFollow) != 0);
  if (!target) return target.error();
  if ((*directory)->read_only) return Errno::rofs;
  return set_times(target->fd.get(), (*times).data());
}

Answer path_readlink(Call& call, uint32_t fd, uint32_t path, uint32_t path_len, uint32_t buf,
                     uint32_t buf_len, uint32_t used_out) {
  Result<Descriptor*> directory = call.descriptors().get_directory(fd, rights::kPathReadlink);
  if (!directory) return directory.error();
  const auto bytes = call.memory.bytes(buf, buf_len);
  if (!bytes || !call.memory.contains(used_out, sizeof(uint32_t))) return Errno::fault;
  Result<Target> target = find_target(call, **directory, path, path_len, false);
  if (!target) return target.error();
  if (!S_ISLNK(target->status.st_mode)) return Errno::inval;
  ssize_t used = 0;
  if (!bytes->empty()) {
    used = readlinkat(target->fd.get(), "", reinterpret_cast<char*>(bytes->data()), bytes->size());
  }
  if (used < 0) return last_host_error();
  return call.memory.write(used_out, static_cast<uint32_t>(used)) ? Errno::success : Errno::fault;
}

}  // namespace wasmjet::wasi
