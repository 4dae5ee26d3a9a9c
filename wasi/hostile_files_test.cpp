#include <fcntl.h>
#include <sys/stat.h>

#include "wasi/path_test_base.hpp"
#include "wasi/unique_fd.hpp"

// Files that are more than files, and names that are more than names.

namespace wasmjet::wasi {
namespace {

class HostileFiles : public PathTest {
 protected:
  Guest guest_of(const std::string& host_directory) const {
    WasiConfig config;
    config.preopens.push_back({host_directory, "/", false});
    config.walk_paths = GetParam();
    return Guest(std::move(config));
  }
  /// Every function that takes a path.
  std::vector<std::pair<std::string, Errno>> at_all_functions(const std::string& path) {
    Filestat ignored;
    std::vector<std::pair<std::string, Errno>> results;
    const int opened = guest_.open(path);
    results.emplace_back("path_open", opened < 0 ? static_cast<Errno>(-opened) : Errno::success);
    results.emplace_back("path_filestat_get", stat(path, ignored));
    results.emplace_back("path_filestat_set_times", set_times(path, 0, 0, fstflags::kAtim));
    results.emplace_back("path_create_directory", at("path_create_directory", path));
    results.emplace_back("path_remove_directory", at("path_remove_directory", path));
    results.emplace_back("path_unlink_file", at("path_unlink_file", path));
    results.emplace_back("path_rename (from)", rename(path, "other"));
    results.emplace_back("path_rename (to)", rename("file", path));
    results.emplace_back("path_link (from)", link(path, "other"));
    results.emplace_back("path_link (to)", link("file", path));
    results.emplace_back("path_symlink (to)", symlink("file", path));
    const std::string target = readlink(path);
    results.emplace_back("path_readlink", target.starts_with("error ")
                                              ? static_cast<Errno>(std::stoi(target.substr(6)))
                                              : Errno::success);
    return results;
  }
};

TEST_P(HostileFiles, MagicLinksAreNotFollowed) {
  Guest guest = guest_of("/proc/self");
  dir_.write("file", "x");
  const UniqueFd held(::open((dir_ / "file").c_str(), O_RDWR));
  const UniqueFd held_directory(::open(dir_.string().c_str(), O_RDONLY | O_DIRECTORY));
  EXPECT_GT(guest.open("status"), 0);
  const std::string file = "fd/" + std::to_string(held.get());
  const std::string directory = "fd/" + std::to_string(held_directory.get());
  for (const std::string& path :
       {file, directory, directory + "/file", directory + "/", std::string("exe"), std::string("cwd"),
        std::string("cwd/."), std::string("root/etc/passwd"), std::string("ns/mnt"),
        "task/" + std::to_string(gettid()) + "/root/etc/passwd"}) {
    EXPECT_LT(guest.open(path), 0) << path;
    EXPECT_LT(guest.open(path, oflags::kCreat, rights::kFdWrite), 0) << path;
    EXPECT_NE(guest.call("path_filestat_get", 3, 1, guest.put(path), path.size(), 64), Errno::success)
        << path;
  }
}

TEST_P(HostileFiles, DevicesAreFiles) {
  Guest guest = guest_of("/dev");
  const int null = guest.open("null", 0, rights::kAll);
  ASSERT_GT(null, 0);
  EXPECT_EQ(guest.write_fd(static_cast<std::uint32_t>(null), "gone"), Errno::success);
  EXPECT_EQ(guest.read_fd(static_cast<std::uint32_t>(null), 4), "");
  const int zero = guest.open("zero");
  ASSERT_GT(zero, 0);
  EXPECT_EQ(guest.read_fd(static_cast<std::uint32_t>(zero), 4), std::string(4, '\0'));
  const int full = guest.open("full", 0, rights::kAll);
  ASSERT_GT(full, 0);
  EXPECT_EQ(guest.write_fd(static_cast<std::uint32_t>(full), "x"), Errno::nospc);
  // Links to what /proc knows of the process are links out.
  EXPECT_EQ(guest.open("fd/0"), Guest::failure(Errno::notcapable));
  EXPECT_EQ(guest.open("stdin"), Guest::failure(Errno::notcapable));
}

TEST_P(HostileFiles, FifosBlockNobodyWhoDoesNotAskForIt) {
  ASSERT_EQ(mkfifo((dir_ / "fifo").c_str(), 0600), 0);
  Filestat status;
  EXPECT_EQ(stat("fifo", status), Errno::success);
  EXPECT_EQ(status.filetype, FileType::unknown);
  EXPECT_EQ(set_times("fifo", 0, 0, fstflags::kMtim), Errno::success);
  const int reader = guest_.open("fifo", 0, rights::kFdRead, fdflags::kNonblock);
  ASSERT_GT(reader, 0);
  EXPECT_EQ(guest_.read_fd(static_cast<std::uint32_t>(reader), 1), "");
  EXPECT_EQ(guest_.call("fd_close", reader), Errno::success);
  EXPECT_EQ(guest_.open("fifo", 0, rights::kFdWrite, fdflags::kNonblock), Guest::failure(Errno::nxio));
  EXPECT_EQ(guest_.open("fifo", oflags::kDirectory), Guest::failure(Errno::notdir));
  EXPECT_EQ(link("fifo", "other"), Errno::success);
  EXPECT_EQ(rename("other", "third"), Errno::success);
  EXPECT_EQ(at("path_unlink_file", "third"), Errno::success);
}

TEST_P(HostileFiles, HardLinksAreOfLinksThemselves) {
  TempDir outside;
  outside.write("secret", "secret");
  std::filesystem::create_symlink((outside / "secret").string(), dir_ / "link");
  EXPECT_EQ(link("link", "second"), Errno::success);
  EXPECT_EQ(guest_.open("second"), Guest::failure(Errno::notcapable));
  EXPECT_TRUE(std::filesystem::is_symlink(dir_ / "second"));
  // Following the link is not done at all.
  EXPECT_EQ(link("link", "third", 1), Errno::inval);
  EXPECT_FALSE(exists("third"));
}

TEST_P(HostileFiles, LongNames) {
  dir_.write("file", "x");
  EXPECT_GT(guest_.open(std::string(255, 'n'), oflags::kCreat, rights::kFdWrite), 0);
  for (const auto& [function, error] : at_all_functions(std::string(256, 'n'))) {
    EXPECT_EQ(error, Errno::nametoolong) << function;
  }
  std::string dots;
  while (dots.size() < 4090) dots += "./";
  EXPECT_EQ(dots.size(), 4090U);
  EXPECT_GT(guest_.open(dots + "file"), 0);  // 4094 bytes
  for (const std::string& path : {dots + "./file", std::string(500'000, '/'), std::string(500'000, 'x')}) {
    for (const auto& [function, error] : at_all_functions(path))
      EXPECT_EQ(error, Errno::nametoolong) << function;
  }
}

TEST_P(HostileFiles, NamesWithNulAreInvalid) {
  using namespace std::string_literals;
  dir_.write("file", "x");
  for (const std::string& path : {"\0"s, "file\0"s, "fi\0le"s, "\0file"s, "./\0"s}) {
    for (const auto& [function, error] : at_all_functions(path)) EXPECT_EQ(error, Errno::inval) << function;
  }
  EXPECT_EQ(symlink("fi\0le"s, "made"), Errno::inval);
  EXPECT_TRUE(exists("file"));
  EXPECT_FALSE(exists("made"));
}

TEST_P(HostileFiles, NamesAreBytes) {
  const std::string name = "\xff\xfe \n\x01\xc3";
  const int fd = guest_.open(name, oflags::kCreat, rights::kFdWrite);
  ASSERT_GT(fd, 0);
  EXPECT_TRUE(exists(name));
  ASSERT_EQ(guest_.call("fd_readdir", 3, 8192, 4096, 0, Guest::kOut), Errno::success);
  EXPECT_NE(guest_.read_string(8192, guest_.read<std::uint32_t>(Guest::kOut)).find(name), std::string::npos);
  EXPECT_EQ(symlink(name, "link"), Errno::success);
  EXPECT_EQ(readlink("link"), name);
  EXPECT_GT(guest_.open("link"), 0);
  EXPECT_EQ(rename(name, name + name), Errno::success);
  EXPECT_EQ(at("path_unlink_file", name + name), Errno::success);
  EXPECT_FALSE(exists(name));
}

TEST_P(HostileFiles, LinksAreFollowedFortyTimes) {
  dir_.write("l0", "x");
  for (int i = 1; i <= 41; ++i) {
    std::filesystem::create_symlink("l" + std::to_string(i - 1), dir_ / ("l" + std::to_string(i)));
  }
  EXPECT_GT(guest_.open("l40"), 0);
  EXPECT_EQ(guest_.open("l41"), Guest::failure(Errno::loop));
}

INSTANTIATE_TEST_SUITE_P(Ways, HostileFiles, testing::Bool(), way_name);

}  // namespace
}  // namespace wasmjet::wasi
