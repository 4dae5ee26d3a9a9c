#include <sys/socket.h>

#include "wasi/guest_io.hpp"
#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

namespace {

/// A socket that has `needed`: else BADF, NOTSOCK, NOTCAPABLE.
Result<Descriptor*> get_socket(const Call& call, uint32_t fd, Rights needed) {
  Descriptor* descriptor = call.descriptors().find(fd);
  if (descriptor == nullptr) return Errno::badf;
  if (descriptor->type != FileType::socket_dgram && descriptor->type != FileType::socket_stream) {
    return Errno::notsock;
  }
  if (!descriptor->has(needed)) return Errno::notcapable;
  return descriptor;
}

/// A standard stream's non-blocking mode is the guest's alone.
int wait_flag(const Descriptor& descriptor) {
  return descriptor.shared && descriptor.nonblocking ? MSG_DONTWAIT : 0;
}

/// The header of a message; the kernel does not write to the vectors.
msghdr message_of(const IoVectors& vectors) {
  msghdr message = {};
  message.msg_iov = const_cast<iovec*>(vectors.data());
  message.msg_iovlen = static_cast<std::size_t>(vectors.count());
  return message;
}

/// What came of transfer_all().
struct Transferred {
  uint64_t bytes = 0;
  bool interrupted = false;
  bool failed = false;  ///< errno says why
};

/// Transfers a message by `transfer`, which returns a size or -1; goes on behind a part of it (which is what
/// a signal makes of a call that waits for the whole) if `all` is wanted.
template <class Transfer>
Transferred transfer_all(const Caller& caller, IoVectors& vectors, bool all, Transfer transfer) {
  Transferred done;
  for (;;) {
    msghdr message = message_of(vectors);
    const auto size = restarting(caller, [&] { return transfer(message); });
    done.interrupted = !size;
    done.failed = size && *size < 0 && done.bytes == 0;
    if (!size || *size <= 0) return done;
    done.bytes += static_cast<uint64_t>(*size);
    if (!all || static_cast<std::size_t>(*size) >= vectors.total()) return done;
    vectors.advance(static_cast<std::size_t>(*size));
  }
}

}  // namespace

Answer sock_accept(Call& call, uint32_t fd, uint32_t flags, uint32_t fd_out) {
  Result<Descriptor*> listener = get_socket(call, fd, rights::kSockAccept);
  if (!listener) return listener.error();
  if ((flags & ~fdflags::kNonblock) != 0) return Errno::inval;
  if (!call.memory.contains(fd_out, sizeof(uint32_t))) return Errno::fault;
  const int host_flags = SOCK_CLOEXEC | (flags != 0 ? SOCK_NONBLOCK : 0);
  const auto accepted =
      restarting(call.caller, [&] { return accept4((*listener)->host.get(), nullptr, nullptr, host_flags); });
  if (!accepted) return Answer::interrupted();
  UniqueFd socket(*accepted);
  if (socket) socket = above_standard_streams(std::move(socket));
  if (!socket) return last_host_error();
  Result<Descriptor> descriptor = describe_host_fd(std::move(socket));
  if (!descriptor) return descriptor.error();
  descriptor->base &= (*listener)->inheriting;
  const uint32_t number = call.descriptors().insert(std::move(*descriptor));
  return call.memory.write(fd_out, number) ? Errno::success : Errno::fault;
}

Answer sock_recv(Call& call, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t flags, uint32_t size_out,
                 uint32_t flags_out) {
  Result<Descriptor*> socket = get_socket(call, fd, rights::kFdRead);
  if (!socket) return socket.error();
  if ((flags & ~riflags::kAll) != 0) return Errno::inval;
  IoVectors vectors;
  if (const Errno error = vectors.load(call.memory, iovs, iovs_len); error != Errno::success) return error;
  if (!call.memory.contains(size_out, sizeof(uint32_t)) ||
      !call.memory.contains(flags_out, sizeof(uint16_t))) {
    return Errno::fault;
  }
  int host_flags = wait_flag(**socket);
  if ((flags & riflags::kRecvPeek) != 0) host_flags |= MSG_PEEK;
  if ((flags & riflags::kRecvWaitall) != 0) host_flags |= MSG_WAITALL;
  std::uint16_t result = 0;
  const bool all = (host_flags & (MSG_WAITALL | MSG_PEEK | MSG_DONTWAIT)) == MSG_WAITALL;
  const bool stream = (*socket)->type == FileType::socket_stream;
  const Transferred done = transfer_all(call.caller, vectors, all && stream, [&](msghdr& message) {
    const ssize_t size = recvmsg((*socket)->host.get(), &message, host_flags);
    result = (message.msg_flags & MSG_TRUNC) != 0 ? kRecvDataTruncated : 0;
    return size;
  });
  if (done.interrupted) return Answer::interrupted();
  if (done.failed) return last_host_error();
  return call.memory.write(size_out, static_cast<uint32_t>(done.bytes)) &&
                 call.memory.write(flags_out, result)
             ? Errno::success
             : Errno::fault;
}

Answer sock_send(Call& call, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t flags,
                 uint32_t size_out) {
  Result<Descriptor*> socket = get_socket(call, fd, rights::kFdWrite);
  if (!socket) return socket.error();
  if (flags != 0) return Errno::inval;  // the spec has none
  IoVectors vectors;
  if (const Errno error = vectors.load(call.memory, iovs, iovs_len); error != Errno::success) return error;
  if (!call.memory.contains(size_out, sizeof(uint32_t))) return Errno::fault;
  const int wait = wait_flag(**socket);
  const bool all = wait == 0 && (*socket)->type == FileType::socket_stream;
  const Transferred done = transfer_all(call.caller, vectors, all, [&](const msghdr& message) {
    return sendmsg((*socket)->host.get(), &message, MSG_NOSIGNAL | wait);
  });
  if (done.interrupted) return Answer::interrupted();
  if (done.failed) return last_host_error();
  return call.memory.write(size_out, static_cast<uint32_t>(done.bytes)) ? Errno::success : Errno::fault;
}

Answer sock_shutdown(Call& call, uint32_t fd, uint32_t how) {
  static constexpr int kHostHow[] = {-1, SHUT_RD, SHUT_WR, SHUT_RDWR};
  Result<Descriptor*> socket = get_socket(call, fd, rights::kSockShutdown);
  if (!socket) return socket.error();
  if (how == 0 || (how & ~sdflags::kAll) != 0) return Errno::inval;
  return shutdown((*socket)->host.get(), kHostHow[how]) == 0 ? Errno::success : last_host_error();
}

}  // namespace wasmjet::wasi
