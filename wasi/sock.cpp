#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

namespace {

/// A guest cannot open sockets in preview 1, it can only be given them, and wasmjet gives none but as
/// standard streams, where fd_read and fd_write serve. So: BADF, NOTSOCK, and NOTSUP for those.
Answer refuse(const Call& call, uint32_t fd) {
  const Descriptor* descriptor = call.descriptors().find(fd);
  if (descriptor == nullptr) return Errno::badf;
  const bool is_socket =
      descriptor->type == FileType::socket_dgram || descriptor->type == FileType::socket_stream;
  return is_socket ? Errno::notsup : Errno::notsock;
}

}  // namespace

Answer sock_accept(Call& call, uint32_t fd, uint32_t, uint32_t) { return refuse(call, fd); }

Answer sock_recv(Call& call, uint32_t fd, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t) {
  return refuse(call, fd);
}

Answer sock_send(Call& call, uint32_t fd, uint32_t, uint32_t, uint32_t, uint32_t) { return refuse(call, fd); }

Answer sock_shutdown(Call& call, uint32_t fd, uint32_t) { return refuse(call, fd); }

}  // namespace wasmjet::wasi
