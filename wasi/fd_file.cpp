#include <fcntl.h>

#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

Answer fd_advise(Call& call, uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice) {
  static constexpr int kHostAdvice[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                                        POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
  Result<Descriptor*> descriptor = call.descriptors().get_file(fd, rights::kFdAdvise);
  if (!descriptor) return descriptor.error();
  if (advice >= std::size(kHostAdvice) || offset > INT64_MAX || len > INT64_MAX) return Errno::inval;
  return from_host(posix_fadvise((*descriptor)->host.get(), static_cast<off_t>(offset),
                                 static_cast<off_t>(len), kHostAdvice[advice]));
}

Answer fd_allocate(Call& call, uint32_t fd, uint64_t offset, uint64_t len) {
  Result<Descriptor*> descriptor = call.descriptors().get_file(fd, rights::kFdAllocate);
  if (!descriptor) return descriptor.error();
  if ((*descriptor)->read_only) return Errno::rofs;
  if (offset > INT64_MAX || len > INT64_MAX) return Errno::inval;
  return answer_of(call.caller, [&] {
    return fallocate((*descriptor)->host.get(), 0, static_cast<off_t>(offset), static_cast<off_t>(len));
  });
}

Answer fd_close(Call& call, uint32_t fd) { return call.descriptors().close(fd); }

Answer fd_datasync(Call& call, uint32_t fd) {
  Result<Descriptor*> descriptor = call.descriptors().get(fd, rights::kFdDatasync);
  if (!descriptor) return descriptor.error();
  return answer_of(call.caller, [&] { return fdatasync((*descriptor)->host.get()); });
}

Answer fd_renumber(Call& call, uint32_t from, uint32_t to) { return call.descriptors().renumber(from, to); }

Answer fd_sync(Call& call, uint32_t fd) {
  Result<Descriptor*> descriptor = call.descriptors().get(fd, rights::kFdSync);
  if (!descriptor) return descriptor.error();
  return answer_of(call.caller, [&] { return fsync((*descriptor)->host.get()); });
}

}  // namespace wasmjet::wasi
