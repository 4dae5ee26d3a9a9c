#include <fcntl.h>
#include <sys/stat.h>

#include "wasi/path_test_base.hpp"
#include "wasi/test_interrupt.hpp"

namespace wasmjet::wasi {
namespace {

namespace fs = std::filesystem;

class PathOpen : public PathTest {};

TEST_P(PathOpen, GrantsWhatIsAskedForAndMeansSomething) {
  dir_.write("f", "abc");
  const int fd = guest_.open("f", 0, rights::kFdRead | rights::kPathUnlinkFile | 1ULL << 50);
  ASSERT_EQ(fd, 4);
  ASSERT_EQ(guest_.call("fd_fdstat_get", fd, 64), Errno::success);
  EXPECT_EQ(guest_.read<Fdstat>(64).rights_base, rights::kFdRead);
  EXPECT_EQ(guest_.read_fd(4, 10), "abc");
}

TEST_P(PathOpen, RightsAreInherited) {
  fs::create_directory(dir_ / "sub");
  dir_.write("sub/f", "abc");
  const std::string sub = "sub";
  ASSERT_EQ(guest_.call("path_open", 3, 0, guest_.put(sub), sub.size(), oflags::kDirectory, rights::kPathOpen,
                        rights::kFdRead, 0, 16),
            Errno::success);
  const auto directory = guest_.read<std::uint32_t>(16);
  const std::string name = "f";
  const auto open_in_sub = [&](std::uint32_t flags, Rights base, Rights inheriting) {
    return guest_.call("path_open", directory, 0, guest_.put(name), 1, flags, base, inheriting, 0, 16);
  };
  EXPECT_EQ(open_in_sub(0, rights::kFdRead, 0), Errno::success);
  EXPECT_EQ(open_in_sub(0, rights::kFdWrite, 0), Errno::notcapable);
  EXPECT_EQ(open_in_sub(0, 0, rights::kFdWrite), Errno::notcapable);
  EXPECT_EQ(open_in_sub(oflags::kCreat, 0, 0), Errno::notcapable);
  EXPECT_EQ(open_in_sub(oflags::kTrunc, 0, 0), Errno::notcapable);
  EXPECT_EQ(at("path_unlink_file", "f", directory), Errno::notcapable);
}

TEST_P(PathOpen, Creates) {
  EXPECT_EQ(guest_.open("f", oflags::kCreat), 4);
  EXPECT_TRUE(exists("f"));
  EXPECT_EQ(guest_.open("f", oflags::kCreat), 5);
  EXPECT_EQ(guest_.open("f", oflags::kCreat | oflags::kExcl), Guest::failure(Errno::exist));
  EXPECT_EQ(guest_.open("g"), Guest::failure(Errno::noent));
}

TEST_P(PathOpen, CreatesExclusivelyOnlyWhereNothingIs) {
  fs::create_symlink("nowhere", dir_ / "dangling");
  fs::create_symlink("loop", dir_ / "loop");
  fs::create_symlink("../outside", dir_ / "outside");
  fs::create_directory(dir_ / "sub");
  for (const char* path : {"dangling", "loop", "outside", "sub", "."}) {
    EXPECT_EQ(guest_.open(path, oflags::kCreat | oflags::kExcl), Guest::failure(Errno::exist)) << path;
  }
  EXPECT_FALSE(exists("nowhere"));
}

TEST_P(PathOpen, CreatesNoDirectories) {
  fs::create_symlink("nowhere", dir_ / "dangling");
  dir_.write("f", "");
  for (const char* path : {"new/", "f/", "dangling/", "sub/../new/"}) {
    fs::create_directory(dir_ / "sub");
    EXPECT_EQ(guest_.open(path, oflags::kCreat), Guest::failure(Errno::isdir)) << path;
  }
  EXPECT_FALSE(exists("new"));
}

TEST_P(PathOpen, SynchronisedWritingTakesTheRightsOfSynchronising) {
  fs::create_directory(dir_ / "sub");
  const auto directory = [this](Rights inheriting) {
    EXPECT_EQ(guest_.call("path_open", 3, 1, guest_.put("sub"), 3, oflags::kDirectory, rights::kDirectory,
                          inheriting, 0, 16),
              Errno::success);
    return guest_.read<std::uint32_t>(16);
  };
  const auto open = [this](std::uint32_t fd, std::uint32_t flags) {
    return guest_.call("path_open", fd, 1, guest_.put("f"), 1, oflags::kCreat, rights::kFdWrite, 0, flags,
                       16);
  };
  const std::uint32_t poor = directory(rights::kFdWrite);
  EXPECT_EQ(open(poor, 0), Errno::success);
  EXPECT_EQ(open(poor, fdflags::kSync), Errno::notcapable);
  EXPECT_EQ(open(poor, fdflags::kRsync), Errno::notcapable);
  EXPECT_EQ(open(poor, fdflags::kDsync), Errno::notcapable);
  EXPECT_EQ(open(directory(rights::kFdWrite | rights::kFdSync), fdflags::kSync), Errno::success);
  EXPECT_EQ(open(directory(rights::kFdWrite | rights::kFdDatasync), fdflags::kDsync), Errno::success);
}

TEST_P(PathOpen, TruncatesWithoutTheRightToWrite) {
  dir_.write("f", "abc");
  const int fd = guest_.open("f", oflags::kTrunc, 0);
  EXPECT_EQ(fd, 4);
  EXPECT_EQ(dir_.read("f"), "");
  EXPECT_EQ(guest_.write_fd(4, "x"), Errno::notcapable);
}

TEST_P(PathOpen, Directories) {
  fs::create_directory(dir_ / "sub");
  dir_.write("f", "");
  EXPECT_GT(guest_.open("sub"), 0);
  EXPECT_GT(guest_.open("sub/", oflags::kDirectory), 0);
  EXPECT_EQ(guest_.open("f", oflags::kDirectory), Guest::failure(Errno::notdir));
  EXPECT_EQ(guest_.open("f/"), Guest::failure(Errno::notdir));
  EXPECT_EQ(guest_.open(".", oflags::kDirectory, rights::kFdRead | rights::kFdWrite),
            Guest::failure(Errno::isdir));
  const int fd = guest_.open("f");
  EXPECT_EQ(guest_.open("x", 0, 0, 0, true, static_cast<std::uint32_t>(fd)), Guest::failure(Errno::notdir));
  EXPECT_EQ(guest_.open("x", 0, 0, 0, true, 99), Guest::failure(Errno::badf));
}

TEST_P(PathOpen, FollowsLinksIfAsked) {
  dir_.write("f", "abc");
  fs::create_symlink("f", dir_ / "link");
  fs::create_symlink("nowhere", dir_ / "dangling");
  EXPECT_GT(guest_.open("link"), 0);
  EXPECT_EQ(guest_.open("link", 0, 0, 0, false), Guest::failure(Errno::loop));
  EXPECT_EQ(guest_.open("dangling"), Guest::failure(Errno::noent));
  EXPECT_EQ(guest_.open("dangling", 0, 0, 0, false), Guest::failure(Errno::loop));
}

TEST_P(PathOpen, NeverLeaves) {
  fs::create_symlink("/etc/passwd", dir_ / "absolute");
  for (const char* path : {"/etc/passwd", "..", "../x", "absolute"}) {
    EXPECT_EQ(guest_.open(path), Guest::failure(Errno::notcapable)) << path;
  }
}

TEST_P(PathOpen, ChecksItsArguments) {
  dir_.write("f", "");
  EXPECT_EQ(guest_.open(std::string("f\0", 2)), Guest::failure(Errno::inval));
  EXPECT_EQ(guest_.open(""), Guest::failure(Errno::noent));
  EXPECT_EQ(guest_.open(std::string(5000, 'x')), Guest::failure(Errno::nametoolong));
  EXPECT_EQ(guest_.open("f", 16), Guest::failure(Errno::inval));
  EXPECT_EQ(guest_.open("f", 0, 0, 32), Guest::failure(Errno::inval));
  EXPECT_EQ(guest_.call("path_open", 3, 2, guest_.put("f"), 1, 0, 0, 0, 0, 16), Errno::inval);
  EXPECT_EQ(guest_.call("path_open", 3, 0, Guest::kMemorySize, 1, 0, 0, 0, 0, 16), Errno::fault);
  EXPECT_EQ(guest_.call("path_open", 3, 0, 0, 0xFFFFFFFF, 0, 0, 0, 0, 16), Errno::fault);
  EXPECT_EQ(guest_.call("path_open", 3, 0, guest_.put("f"), 1, 0, 0, 0, 0, Guest::kMemorySize - 3),
            Errno::fault);
}

TEST_P(PathOpen, BlockedByAFifoIsInterrupted) {
  ASSERT_EQ(mkfifo((dir_ / "fifo").c_str(), 0600), 0);
  InterruptSoon interrupt(guest_.store());
  std::uint32_t ignored = 0;
  const HostResult how = guest_.call_raw("path_open", ignored, 3, 0, guest_.put("fifo"), 4, 0,
                                         std::uint64_t{rights::kFdRead}, 0, 0, 16);
  EXPECT_EQ(how.trap, TrapCode::interrupted);
}

INSTANTIATE_TEST_SUITE_P(Ways, PathOpen, testing::Bool(), way_name);

}  // namespace
}  // namespace wasmjet::wasi
