#include <limits.h>
#include <poll.h>
#include <sys/uio.h>

#include <cerrno>
#include <optional>

#include "wasi/guest_io.hpp"
#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

namespace {

/// Whether a read or write of a shared stream that the guest set to non-blocking has to answer AGAIN.
bool would_block(const Descriptor& descriptor, short event) {
  if (!descriptor.shared || !descriptor.nonblocking) return false;
  pollfd query = {descriptor.host.get(), event, 0};
  const timespec now = {};
  return ppoll(&query, 1, &now, nullptr) == 0;
}

/// Whether a stream that is non-blocking for the host is a blocking one for the guest.
bool has_to_wait(const Descriptor& descriptor) { return descriptor.shared && !descriptor.nonblocking; }

/// ppoll() without end; nothing if the run was interrupted.
std::optional<int> wait_until_ready(const Call& call, const Descriptor& descriptor, short event) {
  pollfd query = {descriptor.host.get(), event, 0};
  return restarting(call.caller, [&] { return ppoll(&query, 1, nullptr, nullptr); });
}

/// Most that one system call reads or writes of a file: signals do not end it, so gigabytes at once would not
/// end when the run is interrupted.
constexpr std::size_t kSlice = 16 << 20;

/// How many bytes to hand to one system call.
std::size_t slice_size(const Descriptor& descriptor, short event) {
  // A pipe that poll() calls writable takes this much without blocking.
  if (descriptor.shared && descriptor.nonblocking && event == POLLOUT) return PIPE_BUF;
  return descriptor.type == FileType::regular_file ? kSlice : SIZE_MAX;
}

/// Checks everything, then hands slices of the host's vectors to `transfer`, with the number of bytes done
/// before; it returns a size or -1.
template <class Transfer>
Answer transfer_vectors(const Call& call, Descriptor& descriptor, short event, uint32_t iovs,
                        uint32_t iovs_len, uint32_t size_out, Transfer transfer) {
  IoVectors vectors;
  if (const Errno error = vectors.load(call.memory, iovs, iovs_len); error != Errno::success) return error;
  if (!call.memory.contains(size_out, sizeof(uint32_t))) return Errno::fault;
  if (would_block(descriptor, event)) return Errno::again;
  const std::size_t limit = slice_size(descriptor, event);
  uint64_t done = 0;
  for (;;) {
    const IoVectors slice = vectors.first(limit);
    const auto size = restarting(call.caller, [&] { return transfer(slice.data(), slice.count(), done); });
    if (!size) return Answer::interrupted();
    if (*size < 0 && errno == EAGAIN && has_to_wait(descriptor)) {
      const auto ready = wait_until_ready(call, descriptor, event);
      if (!ready) return Answer::interrupted();
      if (*ready < 0) return last_host_error();
      continue;
    }
    if (*size < 0 && done == 0) return last_host_error();
    if (*size > 0) done += static_cast<uint64_t>(*size);
    const bool whole = *size > 0 && static_cast<std::size_t>(*size) == slice.total();
    // A signal ends a write to a full pipe in its middle; without, it would have waited.
    const bool cut_short = *size > 0 && !whole && event == POLLOUT && !descriptor.nonblocking;
    // Others than files were handed everything; and a result does not hold more than 32 bits.
    if (!cut_short && (!whole || descriptor.type != FileType::regular_file || done > UINT32_MAX - kSlice)) {
      break;
    }
    vectors.advance(static_cast<std::size_t>(*size));
    if (vectors.count() == 0) break;
  }
  return call.memory.write(size_out, static_cast<uint32_t>(done)) ? Errno::success : Errno::fault;
}

Answer seek(const Call& call, uint32_t fd, int64_t offset, int whence, Rights needed, uint32_t offset_out) {
  Descriptor* any = call.descriptors().find(fd);
  // The rights of a terminal lack seeking only to tell what it is.
  if (any != nullptr && any->is_tty) return Errno::spipe;
  Result<Descriptor*> descriptor = call.descriptors().get_file(fd, needed);
  if (!descriptor) return descriptor.error();
  if (!call.memory.contains(offset_out, sizeof(uint64_t))) return Errno::fault;
  const off_t position = lseek((*descriptor)->host.get(), offset, whence);
  if (position < 0) return last_host_error();
  return call.memory.write(offset_out, static_cast<uint64_t>(position)) ? Errno::success : Errno::fault;
}

}  // namespace

Answer fd_read(Call& call, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t size_out) {
  Result<Descriptor*> descriptor = call.descriptors().get_file(fd, rights::kFdRead);
  if (!descriptor) return descriptor.error();
  return transfer_vectors(call, **descriptor, POLLIN, iovs, iovs_len, size_out,
                          [&](const iovec* vectors, int count, uint64_t) {
                            return readv((*descriptor)->host.get(), vectors, count);
                          });
}

Answer fd_write(Call& call, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t size_out) {
  Result<Descriptor*> descriptor = call.descriptors().get_file(fd, rights::kFdWrite);
  if (!descriptor) return descriptor.error();
  return transfer_vectors(call, **descriptor, POLLOUT, iovs, iovs_len, size_out,
                          [&](const iovec* vectors, int count, uint64_t) {
                            return writev((*descriptor)->host.get(), vectors, count);
                          });
}

Answer fd_pread(Call& call, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset,
                uint32_t size_out) {
  Result<Descriptor*> descriptor = call.descriptors().get_file(fd, rights::kFdRead);
  if (!descriptor) return descriptor.error();
  if ((*descriptor)->is_tty) return Errno::spipe;
  if (!(*descriptor)->has(rights::kFdSeek)) return Errno::notcapable;
  if (offset > INT64_MAX) return Errno::inval;
  return transfer_vectors(call, **descriptor, POLLIN, iovs, iovs_len, size_out,
                          [&](const iovec* vectors, int count, uint64_t done) {
                            return preadv((*descriptor)->host.get(), vectors, count,
                                          static_cast<off_t>(offset + done));
                          });
}

Answer fd_pwrite(Call& call, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset,
                 uint32_t size_out) {
  Result<Descriptor*> descriptor = call.descriptors().get_file(fd, rights::kFdWrite);
  if (!descriptor) return descriptor.error();
  if ((*descriptor)->is_tty) return Errno::spipe;
  if (!(*descriptor)->has(rights::kFdSeek)) return Errno::notcapable;
  if (offset > INT64_MAX) return Errno::inval;
  return transfer_vectors(call, **descriptor, POLLOUT, iovs, iovs_len, size_out,
                          [&](const iovec* vectors, int count, uint64_t done) {
                            return pwritev((*descriptor)->host.get(), vectors, count,
                                           static_cast<off_t>(offset + done));
                          });
}

Answer fd_seek(Call& call, uint32_t fd, int64_t offset, uint32_t whence, uint32_t offset_out) {
  static constexpr int kHostWhence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  if (call.descriptors().find(fd) == nullptr) return Errno::badf;
  if (whence > static_cast<uint32_t>(Whence::end)) return Errno::inval;
  // Asking for the position is what fd_tell does: either right will do.
  const bool is_tell = offset == 0 && static_cast<Whence>(whence) == Whence::cur;
  if (is_tell && !call.descriptors().find(fd)->has(rights::kFdSeek)) return fd_tell(call, fd, offset_out);
  return seek(call, fd, offset, kHostWhence[whence], rights::kFdSeek, offset_out);
}

Answer fd_tell(Call& call, uint32_t fd, uint32_t offset_out) {
  const Descriptor* descriptor = call.descriptors().find(fd);
  // fd_seek's right implies this one.
  const bool may_seek = descriptor != nullptr && descriptor->has(rights::kFdSeek);
  return seek(call, fd, 0, SEEK_CUR, may_seek ? rights::kFdSeek : rights::kFdTell, offset_out);
}

}  // namespace wasmjet::wasi
