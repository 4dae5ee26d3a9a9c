#include <gmock/gmock.h>
#include <sys/stat.h>

#include <map>

#include "wasi/test_guest.hpp"

namespace wasmjet::wasi {
namespace {

class Readdir : public testing::Test {
 protected:
  static constexpr std::uint32_t kBuffer = 8192;

  TempDir dir_;
  Guest guest_ = Guest::with_directory(dir_);

  /// One fd_readdir; the bytes it used.
  std::uint32_t read_some(std::uint32_t size, std::uint64_t cookie, int fd = 3) {
    EXPECT_EQ(guest_.call("fd_readdir", fd, kBuffer, size, cookie, 16), Errno::success);
    return guest_.read<std::uint32_t>(16);
  }
  /// Whole entries in the first `used` bytes; `cookie` becomes that of the last.
  std::map<std::string, Dirent> entries(std::uint32_t used, std::uint64_t& cookie) {
    std::map<std::string, Dirent> result;
    for (std::uint32_t at = 0; at + sizeof(Dirent) <= used;) {
      const auto dirent = guest_.read<Dirent>(kBuffer + at);
      at += static_cast<std::uint32_t>(sizeof dirent);
      if (at + dirent.namlen > used) break;
      EXPECT_TRUE(result.emplace(guest_.read_string(kBuffer + at, dirent.namlen), dirent).second);
      cookie = dirent.next;
      at += dirent.namlen;
    }
    return result;
  }
};

TEST_F(Readdir, ListsAllTypes) {
  dir_.write("file", "");
  std::filesystem::create_directory(dir_ / "sub");
  std::filesystem::create_symlink("nowhere", dir_ / "link");
  std::uint64_t cookie = 0;
  auto all = entries(read_some(4096, 0), cookie);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all["."].type, FileType::directory);
  EXPECT_EQ(all[".."].type, FileType::directory);
  EXPECT_EQ(all["file"].type, FileType::regular_file);
  EXPECT_EQ(all["sub"].type, FileType::directory);
  EXPECT_EQ(all["link"].type, FileType::symbolic_link);
  struct stat host = {};
  ASSERT_EQ(stat((dir_ / "file").c_str(), &host), 0);
  EXPECT_EQ(all["file"].ino, host.st_ino);
}

TEST_F(Readdir, SaysNothingOfWhatIsAbove) {
  std::uint64_t cookie = 0;
  auto all = entries(read_some(4096, 0), cookie);
  EXPECT_EQ(all[".."].ino, all["."].ino);
}

TEST_F(Readdir, ResumesAtCookies) {
  for (int i = 0; i < 300; ++i) dir_.write("file." + std::to_string(i), "");
  std::map<std::string, Dirent> all;
  std::uint64_t cookie = 0;
  for (;;) {
    const std::uint32_t used = read_some(200, cookie);
    for (auto& entry : entries(used, cookie)) EXPECT_TRUE(all.insert(entry).second) << entry.first;
    if (used < 200) break;
  }
  EXPECT_EQ(all.size(), 302U);
}

TEST_F(Readdir, TruncatesTheLastEntryToFillTheBuffer) {
  EXPECT_EQ(read_some(10, 0), 10U);
  EXPECT_EQ(read_some(25, 0), 25U);
  EXPECT_EQ(read_some(0, 0), 0U);
}

TEST_F(Readdir, SeesChangesFromTheStart) {
  std::uint64_t cookie = 0;
  EXPECT_EQ(entries(read_some(4096, 0), cookie).size(), 2U);
  dir_.write("new", "");
  EXPECT_EQ(entries(read_some(4096, 0), cookie).size(), 3U);
}

TEST_F(Readdir, RemovedDirectoriesAreEmpty) {
  std::filesystem::create_directory(dir_ / "sub");
  const int fd = guest_.open("sub", oflags::kDirectory);
  std::filesystem::remove(dir_ / "sub");
  EXPECT_EQ(read_some(4096, 0, fd), 0U);
}

TEST_F(Readdir, Fails) {
  dir_.write("file", "");
  EXPECT_EQ(guest_.call("fd_readdir", guest_.open("file"), 0, 10, 0, 16), Errno::notdir);
  EXPECT_EQ(guest_.call("fd_readdir", 99, 0, 10, 0, 16), Errno::badf);
  EXPECT_EQ(guest_.call("fd_readdir", guest_.open(".", 0, 0), 0, 10, 0, 16), Errno::notcapable);
  EXPECT_EQ(guest_.call("fd_readdir", 3, Guest::kMemorySize - 9, 10, 0, 16), Errno::fault);
  EXPECT_EQ(guest_.call("fd_readdir", 3, 0, 10, 0, Guest::kMemorySize - 2), Errno::fault);
  EXPECT_EQ(guest_.call("fd_readdir", 3, 0, 10, UINT64_MAX, 16), Errno::inval);
}

}  // namespace
}  // namespace wasmjet::wasi
