#include "wasi/filestat.hpp"

#include <dirent.h>
#include <sys/socket.h>

namespace wasmjet::wasi {

namespace {

constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

FileType socket_type(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  if (fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM) {
    return FileType::socket_dgram;
  }
  return FileType::socket_stream;
}

std::uint64_t to_nanoseconds(const timespec& time) {
  if (time.tv_sec < 0) return 0;
  return static_cast<std::uint64_t>(time.tv_sec) * kNanosecondsPerSecond +
         static_cast<std::uint64_t>(time.tv_nsec);
}

timespec time_to_set(std::uint64_t nanoseconds, bool given, bool now) {
  if (now) return {0, UTIME_NOW};
  if (!given) return {0, UTIME_OMIT};
  return {static_cast<time_t>(nanoseconds / kNanosecondsPerSecond),
          static_cast<long>(nanoseconds % kNanosecondsPerSecond)};
}

}  // namespace

FileType file_type(mode_t mode, int fd) {
  switch (mode & S_IFMT) {
    case S_IFBLK:
      return FileType::block_device;
    case S_IFCHR:
      return FileType::character_device;
    case S_IFDIR:
      return FileType::directory;
    case S_IFREG:
      return FileType::regular_file;
    case S_IFLNK:
      return FileType::symbolic_link;
    case S_IFSOCK:
      return socket_type(fd);
    default:
      return FileType::unknown;
  }
}

FileType file_type_of_dirent(unsigned char d_type) { return file_type(DTTOIF(d_type)); }

Filestat to_filestat(const struct stat& status, FileType type) {
  Filestat result;
  result.dev = status.st_dev;
  result.ino = status.st_ino;
  result.filetype = type;
  result.nlink = status.st_nlink;
  result.size = static_cast<std::uint64_t>(status.st_size);
  result.atim = to_nanoseconds(status.st_atim);
  result.mtim = to_nanoseconds(status.st_mtim);
  result.ctim = to_nanoseconds(status.st_ctim);
  return result;
}

Result<std::array<timespec, 2>> times_to_set(std::uint64_t atim, std::uint64_t mtim, std::uint32_t flags) {
  using namespace fstflags;
  if ((flags & ~kAll) != 0) return Errno::inval;
  const auto both = [flags](std::uint32_t bits) { return (flags & bits) == bits; };
  if (both(kAtim | kAtimNow) || both(kMtim | kMtimNow)) return Errno::inval;
  return std::array<timespec, 2>{time_to_set(atim, both(kAtim), both(kAtimNow)),
                                 time_to_set(mtim, both(kMtim), both(kMtimNow))};
}

}  // namespace wasmjet::wasi
