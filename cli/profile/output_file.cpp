#include "cli/profile/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"

namespace wasmjet::cli::profile {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw CommandError{kExitFailure, path + ": cannot be written: " + std::generic_category().message(errno)};
}

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : path_(path), fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (!fd_) fail(path_);
}

void OutputFile::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path_);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace wasmjet::cli::profile
