#pragma once

#include "wasi/test_guest.hpp"

namespace wasmjet::wasi {

/// A guest with one directory, for each way to resolve paths.
class PathTest : public testing::TestWithParam<bool> {
 protected:
  PathTest() : guest_(config()) {}

  TempDir dir_;
  Guest guest_;

  WasiConfig config() const {
    WasiConfig result;
    result.preopens.push_back({dir_.string(), "/", false});
    result.walk_paths = GetParam();
    return result;
  }

  /// A function of a directory and a path.
  Errno at(std::string_view function, const std::string& path, std::uint32_t fd = 3) {
    return guest_.call(function, fd, guest_.put(path), path.size());
  }
  Errno rename(const std::string& from, const std::string& to) {
    return guest_.call("path_rename", 3, guest_.put(from), from.size(), 3, guest_.put(to), to.size());
  }
  Errno link(const std::string& from, const std::string& to, std::uint32_t flags = 0) {
    return guest_.call("path_link", 3, flags, guest_.put(from), from.size(), 3, guest_.put(to), to.size());
  }
  Errno symlink(const std::string& contents, const std::string& path) {
    return guest_.call("path_symlink", guest_.put(contents), contents.size(), 3, guest_.put(path),
                       path.size());
  }
  Errno stat(const std::string& path, Filestat& result, bool follow = false) {
    const Errno error =
        guest_.call("path_filestat_get", 3, follow ? 1 : 0, guest_.put(path), path.size(), 64);
    if (error == Errno::success) result = guest_.read<Filestat>(64);
    return error;
  }
  Errno set_times(const std::string& path, std::uint64_t atim, std::uint64_t mtim, std::uint32_t flags,
                  bool follow = false) {
    return guest_.call("path_filestat_set_times", 3, follow ? 1 : 0, guest_.put(path), path.size(), atim,
                       mtim, flags);
  }
  std::string readlink(const std::string& path, std::uint32_t size = 100) {
    const Errno error = guest_.call("path_readlink", 3, guest_.put(path), path.size(), 2048, size, 16);
    if (error != Errno::success) return "error " + std::to_string(static_cast<int>(error));
    return guest_.read_string(2048, guest_.read<std::uint32_t>(16));
  }
  bool exists(const std::string& name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(dir_ / name));
  }
};

inline std::string way_name(const testing::TestParamInfo<bool>& way) { return way.param ? "walk" : "kernel"; }

}  // namespace wasmjet::wasi
