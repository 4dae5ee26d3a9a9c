#include "wasi/path_walk.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <vector>

#include "wasi/host_errno.hpp"
#include "wasi/host_stat.hpp"
#include "wasi/path_resolver.hpp"

namespace wasmjet::wasi {

namespace {

constexpr int kMaxLinks = 40;  // as the kernel
/// Links put their targets in front of what remains, which must not grow without bound.
constexpr std::size_t kMaxRemaining = 16 * PATH_MAX;
/// A last component that changes into a link between its test and its opening is tested again.
constexpr int kRaceRetries = 32;

/// The walk keeps every directory from the root to where it stands open, so `..` goes back to where it came
/// from and never asks the file system, which may have moved things.
class Walk {
 public:
  Walk(int root, std::string path) : root_(root), remaining_(std::move(path)) {}

  Result<UniqueFd> open(int flags, mode_t mode) {
    constexpr int kExclusive = O_CREAT | O_EXCL;  // a link in the way exists, wherever it leads
    const bool follow = (flags & O_NOFOLLOW) == 0 && (flags & kExclusive) != kExclusive;
    for (int races = 0; races < kRaceRetries;) {
      const std::string name = next_component();
      if (name.empty()) return finish(".", flags, mode);
      const bool last = remaining_.find_first_not_of('/') == std::string::npos;
      const bool must_be_directory = !last || !remaining_.empty();
      if (name == "..") {
        if (above_.empty()) return Errno::notcapable;
        above_.pop_back();
        continue;
      }
      if (name == ".") continue;
      if (last && must_be_directory && (flags & O_CREAT) != 0) return Errno::isdir;
      if (must_be_directory || follow) {
        Step step = look_at(name);
        if (step.error == Errno::success && step.is_link) continue;
        if (!last) {
          if (step.error != Errno::success) return step.error;
          above_.push_back(std::move(step.directory));
          continue;
        }
        // A last component that does not exist may be about to be created.
        if (step.error != Errno::success && step.error != Errno::noent && step.error != Errno::notdir) {
          return step.error;
        }
      }
      const std::string final_name = must_be_directory ? name + '/' : name;
      Result<UniqueFd> opened = finish(final_name, flags, mode);
      if (opened.error() != Errno::loop || !follow) return opened;
      remaining_ = final_name;
      ++races;
    }
    return Errno::loop;
  }

 private:
  struct Step {
    Errno error = Errno::success;
    UniqueFd directory;
    bool is_link = false;  ///< its target now stands in front of `remaining_`
  };

  int current() const { return above_.empty() ? root_ : above_.back().get(); }

  /// Takes the next component off `remaining_`, whose slashes behind it stay. Empty at the end.
  std::string next_component() {
    const std::size_t begin = remaining_.find_first_not_of('/');
    if (begin == std::string::npos) return {};
    const std::size_t end = std::min(remaining_.find('/', begin), remaining_.size());
    std::string name = remaining_.substr(begin, end - begin);
    remaining_.erase(0, end);
    return name;
  }

  /// Opens `name` if it is a directory; reads it if it is a link.
  Step look_at(const std::string& name) {
    UniqueFd fd(openat(current(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return {last_host_error(), {}, false};
    struct stat status = {};
    if (stat_of(fd.get(), status) != 0) return {last_host_error(), {}, false};
    if (S_ISDIR(status.st_mode)) return {Errno::success, std::move(fd), false};
    if (!S_ISLNK(status.st_mode)) return {Errno::notdir, {}, false};
    char target[PATH_MAX];
    const ssize_t length = readlinkat(fd.get(), "", target, sizeof target);
    if (length < 0) return {last_host_error(), {}, false};
    if (length == 0) return {Errno::noent, {}, false};
    if (target[0] == '/') return {Errno::notcapable, {}, false};
    if (++links_ > kMaxLinks) return {Errno::loop, {}, false};
    remaining_.insert(0, target, static_cast<std::size_t>(length));
    if (remaining_.size() > kMaxRemaining) return {Errno::nametoolong, {}, false};
    return {Errno::success, {}, true};
  }

  Result<UniqueFd> finish(const std::string& name, int flags, mode_t mode) const {
    // A link that appears here, where the walk saw none or was to follow none, is an error: ELOOP. A slash
    // behind the name would follow it, so it is not passed on.
    std::string plain = name;
    if (plain.back() == '/') {
      plain.pop_back();
      flags |= O_DIRECTORY;
    }
    UniqueFd fd(openat(current(), plain.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode));
    if (fd) fd = above_standard_streams(std::move(fd));
    if (!fd) return last_host_error();
    return fd;
  }

  int root_;
  std::vector<UniqueFd> above_;
  std::string remaining_;
  int links_ = 0;
};

}  // namespace

Result<UniqueFd> walk_open(int root, const std::string& path, int flags, mode_t mode) {
  return Walk(root, path).open(flags, mode);
}

}  // namespace wasmjet::wasi
