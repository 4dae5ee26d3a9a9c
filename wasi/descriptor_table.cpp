#include "wasi/descriptor_table.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "wasi/filestat.hpp"
#include "wasi/host_errno.hpp"
#include "wasi/host_stat.hpp"

namespace wasmjet::wasi {

std::uint32_t DescriptorTable::insert(Descriptor descriptor) {
  for (std::size_t number = 3; number < entries_.size(); ++number) {
    if (!entries_[number]) {
      entries_[number] = std::move(descriptor);
      return static_cast<std::uint32_t>(number);
    }
  }
  entries_.emplace_back(std::move(descriptor));
  return static_cast<std::uint32_t>(entries_.size() - 1);
}

void DescriptorTable::insert_at(std::uint32_t number, Descriptor descriptor) {
  if (number >= entries_.size()) entries_.resize(number + 1);
  entries_[number] = std::move(descriptor);
}

Errno DescriptorTable::close(std::uint32_t number) {
  if (find(number) == nullptr) return Errno::badf;
  entries_[number].reset();
  return Errno::success;
}

Errno DescriptorTable::renumber(std::uint32_t from, std::uint32_t to) {
  if (find(from) == nullptr || find(to) == nullptr) return Errno::badf;
  if (from == to) return Errno::success;
  entries_[to] = std::move(entries_[from]);
  entries_[from].reset();
  return Errno::success;
}

Descriptor* DescriptorTable::find(std::uint32_t number) {
  if (number >= entries_.size() || !entries_[number]) return nullptr;
  return &*entries_[number];
}

Result<Descriptor*> DescriptorTable::get(std::uint32_t number, Rights needed) {
  Descriptor* descriptor = find(number);
  if (descriptor == nullptr) return Errno::badf;
  if (!descriptor->has(needed)) return Errno::notcapable;
  return descriptor;
}

Result<Descriptor*> DescriptorTable::get_file(std::uint32_t number, Rights needed) {
  Descriptor* descriptor = find(number);
  if (descriptor == nullptr) return Errno::badf;
  if (descriptor->type == FileType::directory) return Errno::isdir;
  if (!descriptor->has(needed)) return Errno::notcapable;
  return descriptor;
}

Result<Descriptor*> DescriptorTable::get_directory(std::uint32_t number, Rights needed) {
  Descriptor* descriptor = find(number);
  if (descriptor == nullptr) return Errno::badf;
  if (descriptor->type != FileType::directory) return Errno::notdir;
  if (!descriptor->has(needed)) return Errno::notcapable;
  return descriptor;
}

namespace {

Rights meaningful_rights(const Descriptor& descriptor) {
  switch (descriptor.type) {
    case FileType::directory:
      return rights::kDirectory;
    case FileType::socket_dgram:
    case FileType::socket_stream:
      return rights::kSocket;
    default:
      // libc's isatty() tells terminals from other character devices by these two.
      return descriptor.is_tty ? rights::kFile & ~(rights::kFdSeek | rights::kFdTell) : rights::kFile;
  }
}

}  // namespace

Result<Descriptor> describe_host_fd(UniqueFd fd) {
  struct stat status = {};
  const int flags = fcntl(fd.get(), F_GETFL);
  if (flags < 0 || stat_of(fd.get(), status) != 0) return last_host_error();
  Descriptor descriptor;
  descriptor.type = file_type(status.st_mode, fd.get());
  descriptor.is_tty = descriptor.type == FileType::character_device && isatty(fd.get()) == 1;
  descriptor.host = std::move(fd);
  descriptor.base = meaningful_rights(descriptor);
  const int mode = flags & O_ACCMODE;
  if (mode == O_RDONLY)
    descriptor.base &= ~(rights::kFdWrite | rights::kFdAllocate | rights::kFdFilestatSetSize);
  if (mode == O_WRONLY) descriptor.base &= ~rights::kFdRead;
  if (descriptor.type == FileType::directory) descriptor.inheriting = rights::kAll;
  return descriptor;
}

}  // namespace wasmjet::wasi
