#include "jit/output_file.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace wasmjet::jit {

OutputFile::OutputFile(const std::string& path) : path_(path), descriptor_(-1) {
  unlink(path.c_str());
  descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_APPEND, 0600);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "cannot create " + path);
}

OutputFile::~OutputFile() { close(descriptor_); }

void OutputFile::append(std::span<const char> bytes) {
  const std::scoped_lock lock(mutex_);
  while (!bytes.empty() && !failed_) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      failed_ = true;
      spdlog::warn("{} is incomplete: {}", path_, std::generic_category().message(errno));
      return;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace wasmjet::jit
