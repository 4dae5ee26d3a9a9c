#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "wasi/filestat.hpp"
#include "wasi/handlers.hpp"
#include "wasi/host_stat.hpp"

namespace wasmjet::wasi {

namespace {

/// What getdents64(2) writes.
struct HostDirent {
  std::uint64_t ino;
  std::int64_t next;
  unsigned short record_length;
  unsigned char type;
  char name[];
};

/// Appends to a buffer as much as it has room for.
class Output {
 public:
  explicit Output(std::span<std::uint8_t> buffer) : buffer_(buffer) {}

  void append(const void* data, std::size_t size) {
    const std::size_t taken = std::min(size, buffer_.size() - used_);
    if (taken != 0) std::memcpy(buffer_.data() + used_, data, taken);
    used_ += taken;
  }
  bool full() const { return used_ == buffer_.size(); }
  std::size_t used() const { return used_; }

 private:
  std::span<std::uint8_t> buffer_;
  std::size_t used_ = 0;
};

FileType entry_type(int directory, const HostDirent& entry) {
  if (entry.type != DT_UNKNOWN) return file_type_of_dirent(entry.type);
  struct stat status = {};
  if (fstatat(directory, entry.name, &status, AT_SYMLINK_NOFOLLOW) != 0) return FileType::unknown;
  return file_type(status.st_mode);
}

void append_entry(Output& output, int directory, std::uint64_t own_inode, const HostDirent& entry) {
  const std::string_view name = entry.name;
  Dirent dirent;
  dirent.next = static_cast<std::uint64_t>(entry.next);
  // What lies above the directory may be outside the sandbox: no word of it.
  dirent.ino = name == ".." ? own_inode : entry.ino;
  dirent.namlen = static_cast<std::uint32_t>(name.size());
  dirent.type = entry_type(directory, entry);
  output.append(&dirent, sizeof dirent);
  output.append(name.data(), name.size());
}

/// Cookies are the directory offsets of the host's file system, 0 its beginning. Fills `output` to the brim
/// unless the directory ends: the guest tells the end by that.
Errno read_entries(const Caller& caller, int directory, std::uint64_t cookie, Output& output) {
  struct stat status = {};
  if (stat_of(directory, status) != 0) return last_host_error();
  if (lseek(directory, static_cast<off_t>(cookie), SEEK_SET) < 0) return last_host_error();
  alignas(HostDirent) char buffer[16384];
  while (!output.full() && !caller.interrupted()) {
    const long size = syscall(SYS_getdents64, directory, buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    // A directory that was removed has no entries left.
    if (size < 0 && errno == ENOENT) return Errno::success;
    if (size < 0) return last_host_error();
    if (size == 0) return Errno::success;
    for (long at = 0; at < size && !output.full();) {
      const auto& entry = *reinterpret_cast<const HostDirent*>(buffer + at);
      append_entry(output, directory, status.st_ino, entry);
      at += entry.record_length;
    }
  }
  return Errno::success;
}

}  // namespace

Answer fd_readdir(Call& call, uint32_t fd, uint32_t buf, uint32_t buf_len, uint64_t cookie,
                  uint32_t used_out) {
  Result<Descriptor*> directory = call.descriptors().get_directory(fd, rights::kFdReaddir);
  if (!directory) return directory.error();
  const auto bytes = call.memory.bytes(buf, buf_len);
  if (!bytes || !call.memory.contains(used_out, sizeof(uint32_t))) return Errno::fault;
  if (cookie > INT64_MAX) return Errno::inval;
  Output output(*bytes);
  const Errno error = read_entries(call.caller, (*directory)->host.get(), cookie, output);
  if (call.caller.interrupted()) return Answer::interrupted();
  if (error != Errno::success) return error;
  return call.memory.write(used_out, static_cast<uint32_t>(output.used())) ? Errno::success : Errno::fault;
}

}  // namespace wasmjet::wasi
