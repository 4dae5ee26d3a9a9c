#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "wasi/descriptor_table.hpp"
#include "wasi/path_resolver.hpp"
#include "wasi/wasi.hpp"

namespace wasmjet::wasi {

namespace {

void reject_nul(const std::vector<std::string>& strings, const char* what) {
  for (const std::string& string : strings) {
    if (string.find('\0') != std::string::npos)
      throw std::runtime_error(std::string(what) + " contains a NUL");
  }
}

}  // namespace

WasiContext::WasiContext(WasiConfig config)
    : args_(std::move(config.args)),
      env_(std::move(config.env)),
      paths_(std::make_unique<PathResolver>(config.walk_paths ? PathResolver::walking() : PathResolver())),
      descriptors_(std::make_unique<DescriptorTable>()) {
  reject_nul(args_, "an argument");
  reject_nul(env_, "an environment variable");
  add_stream(0, config.stdin_fd);
  add_stream(1, config.stdout_fd);
  add_stream(2, config.stderr_fd);
  for (const Preopen& preopen : config.preopens) add_preopen(preopen);
  for (const int socket : config.sockets) add_socket(socket);
}

WasiContext::~WasiContext() = default;
WasiContext::WasiContext(WasiContext&&) noexcept = default;

void WasiContext::add_stream(std::uint32_t number, int host_fd) {
  UniqueFd copy(fcntl(host_fd, F_DUPFD_CLOEXEC, 3));
  if (!copy) return;
  Result<Descriptor> descriptor = describe_host_fd(std::move(copy));
  if (!descriptor) return;
  descriptor->shared = true;
  const int flags = fcntl(descriptor->host.get(), F_GETFL);
  descriptor->nonblocking = (flags & O_NONBLOCK) != 0;
  // Touching the times of a file takes no more than owning it: one that can only be read is not to change at
  // all.
  if ((flags & O_ACCMODE) == O_RDONLY) descriptor->base &= ~rights::kFdFilestatSetTimes;
  // A directory as a standard stream is no way into the file system.
  if (descriptor->type == FileType::directory) descriptor->base = descriptor->inheriting = 0;
  descriptors_->insert_at(number, std::move(*descriptor));
}

void WasiContext::add_preopen(const Preopen& preopen) {
  const auto fail = [&preopen](int error) {
    throw std::runtime_error("cannot preopen directory '" + preopen.host_path +
                             "': " + std::generic_category().message(error));
  };
  UniqueFd directory(open(preopen.host_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) fail(errno);
  directory = above_standard_streams(std::move(directory));
  if (!directory) fail(errno);
  Result<Descriptor> descriptor = describe_host_fd(std::move(directory));
  if (!descriptor) fail(EIO);
  descriptor->read_only = preopen.read_only;
  descriptor->preopen_name = preopen.guest_name;
  descriptors_->insert(std::move(*descriptor));
}

void WasiContext::add_socket(int host_fd) {
  Result<Descriptor> descriptor = describe_host_fd(UniqueFd(fcntl(host_fd, F_DUPFD_CLOEXEC, 3)));
  if (!descriptor || descriptor->type != FileType::socket_stream) {
    throw std::runtime_error("descriptor " + std::to_string(host_fd) + " is no stream socket");
  }
  descriptor->inheriting = rights::kSocket;
  descriptors_->insert(std::move(*descriptor));
}

}  // namespace wasmjet::wasi
