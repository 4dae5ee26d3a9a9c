#include <fcntl.h>
#include <sys/stat.h>

#include <cstring>

#include "wasi/fd_flags.hpp"
#include "wasi/filestat.hpp"
#include "wasi/handlers.hpp"
#include "wasi/host_stat.hpp"

namespace wasmjet::wasi {

Answer fd_fdstat_get(Call& call, uint32_t fd, uint32_t stat_out) {
  Result<Descriptor*> found = call.descriptors().get(fd);
  if (!found) return found.error();
  const Descriptor& descriptor = **found;
  const int flags = fcntl(descriptor.host.get(), F_GETFL);
  if (flags < 0) return last_host_error();
  Fdstat stat;
  stat.filetype = descriptor.type;
  stat.flags = from_host_flags(flags);
  if (descriptor.shared) {
    stat.flags &= static_cast<std::uint16_t>(~fdflags::kNonblock);
    if (descriptor.nonblocking) stat.flags |= fdflags::kNonblock;
  }
  stat.rights_base = descriptor.base;
  stat.rights_inheriting = descriptor.inheriting;
  return call.memory.write(stat_out, stat) ? Errno::success : Errno::fault;
}

Answer fd_fdstat_set_flags(Call& call, uint32_t fd, uint32_t flags) {
  Result<Descriptor*> found = call.descriptors().get(fd, rights::kFdFdstatSetFlags);
  if (!found) return found.error();
  Descriptor& descriptor = **found;
  if ((flags & ~fdflags::kAll) != 0) return Errno::inval;
  const int before = fcntl(descriptor.host.get(), F_GETFL);
  if (before < 0) return last_host_error();
  // Linux fixes the synchronisation flags when a file is opened, and the append flag of a stream that is
  // shared is not the guest's to change.
  const int fixed = descriptor.shared ? O_SYNC | O_DSYNC | O_APPEND : O_SYNC | O_DSYNC;
  const int wanted = to_host_flags(flags);
  if ((wanted & fixed) != (before & fixed)) return Errno::notsup;
  if (descriptor.shared) {
    descriptor.nonblocking = (flags & fdflags::kNonblock) != 0;
    return Errno::success;
  }
  const int after = (before & ~(O_APPEND | O_NONBLOCK)) | (wanted & (O_APPEND | O_NONBLOCK));
  return fcntl(descriptor.host.get(), F_SETFL, after) == 0 ? Errno::success : last_host_error();
}

Answer fd_fdstat_set_rights(Call& call, uint32_t fd, uint64_t base, uint64_t inheriting) {
  Result<Descriptor*> found = call.descriptors().get(fd);
  if (!found) return found.error();
  Descriptor& descriptor = **found;
  if ((base & ~descriptor.base) != 0 || (inheriting & ~descriptor.inheriting) != 0) return Errno::notcapable;
  descriptor.base = base;
  descriptor.inheriting = inheriting;
  return Errno::success;
}

Answer fd_filestat_get(Call& call, uint32_t fd, uint32_t stat_out) {
  Result<Descriptor*> descriptor = call.descriptors().get(fd, rights::kFdFilestatGet);
  if (!descriptor) return descriptor.error();
  struct stat status = {};
  if (stat_of((*descriptor)->host.get(), status) != 0) return last_host_error();
  return call.memory.write(stat_out, to_filestat(status, (*descriptor)->type)) ? Errno::success
                                                                               : Errno::fault;
}

Answer fd_filestat_set_size(Call& call, uint32_t fd, uint64_t size) {
  Result<Descriptor*> descriptor = call.descriptors().get_file(fd, rights::kFdFilestatSetSize);
  if (!descriptor) return descriptor.error();
  if ((*descriptor)->read_only) return Errno::rofs;
  if (size > INT64_MAX) return Errno::inval;
  return answer_of(call.caller,
                   [&] { return ftruncate((*descriptor)->host.get(), static_cast<off_t>(size)); });
}

Answer fd_filestat_set_times(Call& call, uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t flags) {
  Result<Descriptor*> descriptor = call.descriptors().get(fd, rights::kFdFilestatSetTimes);
  if (!descriptor) return descriptor.error();
  const auto times = times_to_set(atim, mtim, flags);
  if (!times) return times.error();
  if ((*descriptor)->read_only) return Errno::rofs;
  return futimens((*descriptor)->host.get(), (*times).data()) == 0 ? Errno::success : last_host_error();
}

Answer fd_prestat_get(Call& call, uint32_t fd, uint32_t prestat_out) {
  const Descriptor* descriptor = call.descriptors().find(fd);
  if (descriptor == nullptr || !descriptor->preopen_name) return Errno::badf;
  Prestat prestat;
  prestat.name_len = static_cast<uint32_t>(descriptor->preopen_name->size());
  return call.memory.write(prestat_out, prestat) ? Errno::success : Errno::fault;
}

Answer fd_prestat_dir_name(Call& call, uint32_t fd, uint32_t path, uint32_t path_len) {
  const Descriptor* descriptor = call.descriptors().find(fd);
  if (descriptor == nullptr || !descriptor->preopen_name) return Errno::badf;
  const std::string& name = *descriptor->preopen_name;
  if (path_len < name.size()) return Errno::nametoolong;
  const auto bytes = call.memory.bytes(path, name.size());
  if (!bytes) return Errno::fault;
  if (!name.empty()) std::memcpy(bytes->data(), name.data(), name.size());
  return Errno::success;
}

}  // namespace wasmjet::wasi
