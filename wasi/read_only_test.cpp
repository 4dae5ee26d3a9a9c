#include "wasi/path_test_base.hpp"

namespace wasmjet::wasi {
namespace {

namespace fs = std::filesystem;

/// A preopen that may be read only, beside one that may be written.
class ReadOnly : public PathTest {
 protected:
  static constexpr std::uint32_t kWritable = 4;

  ReadOnly() {
    dir_.write("f", "abc");
    fs::create_directory(dir_ / "sub");
  }
  WasiConfig both() const {
    WasiConfig config;
    config.preopens.push_back({dir_.string(), "/ro", true});
    config.preopens.push_back({writable_.string(), "/rw", false});
    config.walk_paths = GetParam();
    return config;
  }

  TempDir writable_;
};

TEST_P(ReadOnly, CanBeRead) {
  Guest guest(both());
  const int fd = guest.open("f", 0, rights::kAll & ~rights::kFdWrite);
  ASSERT_GT(fd, 0);
  EXPECT_EQ(guest.read_fd(static_cast<std::uint32_t>(fd), 10), "abc");
  EXPECT_GT(guest.open("sub", oflags::kDirectory), 0);
  EXPECT_GT(guest.open("f", oflags::kCreat), 0);
  EXPECT_EQ(guest.open("f", oflags::kCreat | oflags::kExcl), Guest::failure(Errno::exist));
}

TEST_P(ReadOnly, CannotBeWritten) {
  Guest guest(both());
  const auto call = [&guest](std::string_view function, const std::string& path) {
    return guest.call(function, 3, guest.put(path), path.size());
  };
  EXPECT_EQ(guest.open("f", 0, rights::kAll), Guest::failure(Errno::rofs));
  EXPECT_EQ(guest.open("f", oflags::kTrunc), Guest::failure(Errno::rofs));
  EXPECT_EQ(guest.open("absent", 0, rights::kAll), Guest::failure(Errno::noent));
  EXPECT_EQ(guest.open("absent/new", oflags::kCreat), Guest::failure(Errno::noent));
  EXPECT_EQ(guest.open("sub", 0, rights::kAll), Guest::failure(Errno::isdir));
  EXPECT_EQ(guest.open("sub", oflags::kCreat), Guest::failure(Errno::isdir));
  EXPECT_EQ(guest.open("sub", oflags::kCreat | oflags::kExcl), Guest::failure(Errno::exist));
  EXPECT_EQ(guest.open("new", oflags::kCreat), Guest::failure(Errno::rofs));
  EXPECT_EQ(guest.open("new", oflags::kCreat | oflags::kExcl), Guest::failure(Errno::rofs));
  EXPECT_EQ(call("path_create_directory", "x"), Errno::rofs);
  EXPECT_EQ(call("path_remove_directory", "sub"), Errno::rofs);
  EXPECT_EQ(call("path_unlink_file", "f"), Errno::rofs);
  EXPECT_EQ(guest.call("path_symlink", guest.put("x"), 1, 3, guest.put("y"), 1), Errno::rofs);
  EXPECT_EQ(guest.call("path_filestat_set_times", 3, 0, guest.put("f"), 1, 0, 0, 1), Errno::rofs);
  EXPECT_EQ(guest.call("fd_filestat_set_times", 3, 0, 0, 1), Errno::rofs);
  EXPECT_EQ(dir_.read("f"), "abc");
}

TEST_P(ReadOnly, HoldsBelow) {
  Guest guest(both());
  const int sub = guest.open("sub", oflags::kDirectory);
  ASSERT_GT(sub, 0);
  const int back = guest.open("../sub", oflags::kDirectory);
  EXPECT_EQ(guest.open("x", oflags::kCreat, 0, 0, true, static_cast<std::uint32_t>(sub)),
            Guest::failure(Errno::rofs));
  EXPECT_EQ(back, Guest::failure(Errno::notcapable));
  const int file = guest.open("f");
  EXPECT_EQ(guest.call("fd_filestat_set_times", file, 0, 0, 1), Errno::rofs);
  EXPECT_EQ(guest.write_fd(static_cast<std::uint32_t>(file), "x"), Errno::notcapable);
}

TEST_P(ReadOnly, IsNotLeftThroughTheOther) {
  Guest guest(both());
  writable_.write("w", "");
  EXPECT_EQ(guest.call("path_link", 3, 0, guest.put("f"), 1, kWritable, guest.put("g"), 1), Errno::xdev);
  EXPECT_EQ(guest.call("path_rename", 3, guest.put("f"), 1, kWritable, guest.put("g"), 1), Errno::rofs);
  EXPECT_EQ(guest.call("path_rename", kWritable, guest.put("w"), 1, 3, guest.put("g"), 1), Errno::rofs);
  EXPECT_EQ(guest.call("path_link", kWritable, 0, guest.put("w"), 1, 3, guest.put("g"), 1), Errno::rofs);
}

INSTANTIATE_TEST_SUITE_P(Ways, ReadOnly, testing::Bool(), way_name);

}  // namespace
}  // namespace wasmjet::wasi
