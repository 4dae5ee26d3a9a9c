#include "cli/profile/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <system_error>
#include <utility>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"

namespace wasmjet::cli::profile {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw CommandError{kExitFailure, path + ": cannot be written: " + std::generic_category().message(errno)};
}

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : path_(path), fd_(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666)) {
  if (!fd_ || fcntl(fd_.get(), F_SETFL, 0) != 0) fail(path_);
}

void OutputFile::empty() const {
  // Only what is a file has a size.
  if (ftruncate(fd_.get(), 0) != 0 && errno != EINVAL) fail(path_);
}

void OutputFile::write(std::string_view text) const {
  if (!write_all(fd_.get(), text)) fail(path_);
}

void write_to_stderr(std::string_view report, int exit_code) {
  if (!write_stderr(report) && exit_code == kExitSuccess) fail("standard error");
}

void begin_output(std::initializer_list<const OutputFile*> files, const std::vector<LoadedModule>& modules,
                  sandbox::Needs& needs) {
  std::map<std::pair<dev_t, ino_t>, std::string> taken;
  struct stat status{};
  for (const LoadedModule& loaded : modules) {
    if (stat(loaded.path.c_str(), &status) == 0) taken.emplace(std::pair(status.st_dev, status.st_ino), "");
  }
  for (const OutputFile* const file : files) {
    if (file == nullptr || fstat(file->fd(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    const auto [place, is_new] = taken.emplace(std::pair(status.st_dev, status.st_ino), file->path());
    if (is_new) continue;
    const std::string also = place->second.empty() ? "a module of this run" : "the output " + place->second;
    throw CommandError{kExitFailure, file->path() + ": would be overwritten: it is also " + also};
  }
  for (const OutputFile* const file : files) {
    if (file == nullptr) continue;
    file->empty();
    needs.add_output(file->fd());
  }
}

}  // namespace wasmjet::cli::profile
