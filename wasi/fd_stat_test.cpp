#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "wasi/test_guest.hpp"

namespace wasmjet::wasi {
namespace {

class FdStat : public testing::Test {
 protected:
  TempDir dir_;
  Guest guest_ = Guest::with_directory(dir_);

  Fdstat fdstat(int fd) {
    EXPECT_EQ(guest_.call("fd_fdstat_get", fd, 64), Errno::success);
    return guest_.read<Fdstat>(64);
  }
  Filestat filestat(int fd) {
    EXPECT_EQ(guest_.call("fd_filestat_get", fd, 64), Errno::success);
    return guest_.read<Filestat>(64);
  }
};

TEST_F(FdStat, DescribesPreopens) {
  const Fdstat stat = fdstat(3);
  EXPECT_EQ(stat.filetype, FileType::directory);
  EXPECT_EQ(stat.flags, 0);
  EXPECT_EQ(stat.rights_base, rights::kDirectory);
  EXPECT_EQ(stat.rights_inheriting, rights::kAll);
}

TEST_F(FdStat, DescribesFiles) {
  const int fd = guest_.open("f", oflags::kCreat, rights::kFdRead | rights::kPathOpen, fdflags::kSync);
  const Fdstat stat = fdstat(fd);
  EXPECT_EQ(stat.filetype, FileType::regular_file);
  EXPECT_EQ(stat.flags, fdflags::kSync);
  EXPECT_EQ(stat.rights_base, rights::kFdRead);
  EXPECT_EQ(stat.rights_inheriting, 0U);
  EXPECT_EQ(guest_.call("fd_fdstat_get", 99, 64), Errno::badf);
  EXPECT_EQ(guest_.call("fd_fdstat_get", fd, Guest::kMemorySize - 8), Errno::fault);
}

TEST_F(FdStat, RightsCanOnlyBeDropped) {
  const int fd = guest_.open("f", oflags::kCreat, rights::kFdRead | rights::kFdSeek);
  EXPECT_EQ(guest_.call("fd_fdstat_set_rights", fd, rights::kFdSeek, 0), Errno::success);
  EXPECT_EQ(guest_.read_fd(fd, 1), "error 76");
  EXPECT_EQ(guest_.call("fd_fdstat_set_rights", fd, rights::kFdSeek | rights::kFdRead, 0), Errno::notcapable);
  EXPECT_EQ(guest_.call("fd_fdstat_set_rights", fd, rights::kFdSeek, 1), Errno::notcapable);
  EXPECT_EQ(guest_.call("fd_fdstat_set_rights", fd, rights::kFdSeek | 1ULL << 40, 0), Errno::notcapable);
}

TEST_F(FdStat, SynchronisationFlagsAreFixed) {
  const int fd = guest_.open("f", oflags::kCreat);
  EXPECT_EQ(guest_.call("fd_fdstat_set_flags", fd, fdflags::kSync), Errno::notsup);
  EXPECT_EQ(guest_.call("fd_fdstat_set_flags", fd, 32), Errno::inval);
  EXPECT_EQ(guest_.call("fd_fdstat_set_flags", fd, fdflags::kNonblock), Errno::success);
  EXPECT_EQ(fdstat(fd).flags, fdflags::kNonblock);
}

TEST_F(FdStat, TerminalsLackTheRightsToSeekAndTell) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  WasiConfig config;
  config.stdin_fd = terminal;
  Guest guest(std::move(config));
  ASSERT_EQ(guest.call("fd_fdstat_get", 0, 64), Errno::success);
  const auto stat = guest.read<Fdstat>(64);
  EXPECT_EQ(stat.filetype, FileType::character_device);
  EXPECT_EQ(stat.rights_base & (rights::kFdSeek | rights::kFdTell), 0U);
  EXPECT_EQ(guest.call("fd_seek", 0, 0, 1, 16), Errno::spipe);
  EXPECT_EQ(guest.call("fd_tell", 0, 16), Errno::spipe);
  close(terminal);
}

TEST_F(FdStat, OtherCharacterDevicesAreNoTerminals) {
  const int null = open("/dev/null", O_RDONLY);
  WasiConfig config;
  config.stdin_fd = null;
  Guest guest(std::move(config));
  ASSERT_EQ(guest.call("fd_fdstat_get", 0, 64), Errno::success);
  const auto stat = guest.read<Fdstat>(64);
  EXPECT_EQ(stat.filetype, FileType::character_device);
  EXPECT_NE(stat.rights_base & rights::kFdSeek, 0U);
  close(null);
}

TEST_F(FdStat, TellsSocketsApart) {
  for (const auto& [type, expected] :
       {std::pair{SOCK_STREAM, FileType::socket_stream}, std::pair{SOCK_DGRAM, FileType::socket_dgram}}) {
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, type, 0, pair), 0);
    WasiConfig config;
    config.stdin_fd = pair[0];
    Guest guest(std::move(config));
    ASSERT_EQ(guest.call("fd_fdstat_get", 0, 64), Errno::success);
    EXPECT_EQ(guest.read<Fdstat>(64).filetype, expected);
    close(pair[0]);
    close(pair[1]);
  }
}

TEST_F(FdStat, FilestatIsTheHosts) {
  dir_.write("f", "12345");
  struct stat host = {};
  ASSERT_EQ(stat((dir_ / "f").c_str(), &host), 0);
  const Filestat guest = filestat(guest_.open("f"));
  EXPECT_EQ(guest.dev, host.st_dev);
  EXPECT_EQ(guest.ino, host.st_ino);
  EXPECT_EQ(guest.filetype, FileType::regular_file);
  EXPECT_EQ(guest.nlink, 1U);
  EXPECT_EQ(guest.size, 5U);
  EXPECT_EQ(guest.mtim, static_cast<std::uint64_t>(host.st_mtim.tv_sec) * 1'000'000'000 +
                            static_cast<std::uint64_t>(host.st_mtim.tv_nsec));
}

TEST_F(FdStat, SetsSizes) {
  const int fd = guest_.open("f", oflags::kCreat, rights::kAll);
  EXPECT_EQ(guest_.call("fd_filestat_set_size", fd, 100), Errno::success);
  EXPECT_EQ(filestat(fd).size, 100U);
  EXPECT_EQ(guest_.call("fd_filestat_set_size", fd, UINT64_MAX), Errno::inval);
  EXPECT_EQ(guest_.call("fd_filestat_set_size", 3, 0), Errno::isdir);
}

TEST_F(FdStat, SetsTimes) {
  const int fd = guest_.open("f", oflags::kCreat);
  EXPECT_EQ(guest_.call("fd_filestat_set_times", fd, 1'500'000'001, 7, fstflags::kAtim), Errno::success);
  EXPECT_EQ(filestat(fd).atim, 1'500'000'001U);
  const std::uint64_t mtim = filestat(fd).mtim;
  EXPECT_GT(mtim, 1'000'000'000'000'000'000U);
  EXPECT_EQ(guest_.call("fd_filestat_set_times", fd, 0, 7, fstflags::kMtim | fstflags::kAtimNow),
            Errno::success);
  EXPECT_EQ(filestat(fd).mtim, 7U);
  EXPECT_GE(filestat(fd).atim, mtim);
  const std::uint32_t contradictions[] = {fstflags::kAtim | fstflags::kAtimNow,
                                          fstflags::kMtim | fstflags::kMtimNow, 16};
  for (const std::uint32_t flags : contradictions) {
    EXPECT_EQ(guest_.call("fd_filestat_set_times", fd, 0, 0, flags), Errno::inval) << flags;
  }
}

TEST_F(FdStat, Allocates) {
  const int fd = guest_.open("f", oflags::kCreat, rights::kAll);
  EXPECT_EQ(guest_.call("fd_allocate", fd, 10, 90), Errno::success);
  EXPECT_EQ(filestat(fd).size, 100U);
  EXPECT_EQ(guest_.call("fd_allocate", fd, 10, 10), Errno::success);
  EXPECT_EQ(filestat(fd).size, 100U);
  EXPECT_EQ(guest_.call("fd_allocate", fd, 0, 0), Errno::inval);
  EXPECT_EQ(guest_.call("fd_allocate", fd, UINT64_MAX, 1), Errno::inval);
  EXPECT_EQ(guest_.call("fd_allocate", 3, 0, 1), Errno::isdir);
}

TEST_F(FdStat, AdvisesAndSynchronises) {
  const int fd = guest_.open("f", oflags::kCreat, rights::kAll);
  for (std::uint32_t advice = 0; advice < 6; ++advice) {
    EXPECT_EQ(guest_.call("fd_advise", fd, 0, 10, advice), Errno::success);
  }
  EXPECT_EQ(guest_.call("fd_advise", fd, 0, 10, 6), Errno::inval);
  EXPECT_EQ(guest_.call("fd_advise", fd, UINT64_MAX, 10, 0), Errno::inval);
  EXPECT_EQ(guest_.call("fd_sync", fd), Errno::success);
  EXPECT_EQ(guest_.call("fd_datasync", fd), Errno::success);
  EXPECT_EQ(guest_.call("fd_sync", 3), Errno::success);
  EXPECT_EQ(guest_.call("fd_sync", 77), Errno::badf);
}

TEST_F(FdStat, Renumbers) {
  dir_.write("f", "f");
  dir_.write("g", "g");
  const int from = guest_.open("f");
  const int to = guest_.open("g");
  EXPECT_EQ(guest_.call("fd_renumber", from, to), Errno::success);
  EXPECT_EQ(guest_.read_fd(to, 1), "f");
  EXPECT_EQ(guest_.call("fd_close", from), Errno::badf);
  EXPECT_EQ(guest_.call("fd_renumber", to, from), Errno::badf);
  EXPECT_EQ(guest_.call("fd_renumber", from, to), Errno::badf);
  EXPECT_EQ(guest_.call("fd_renumber", to, to), Errno::success);
  EXPECT_EQ(guest_.call("fd_renumber", to, 0xFFFFFFFF), Errno::badf);
}

TEST_F(FdStat, NewDescriptorsAreNeverStandardStreams) {
  EXPECT_EQ(guest_.call("fd_close", 0), Errno::success);
  EXPECT_EQ(guest_.open("f", oflags::kCreat), 4);
  EXPECT_EQ(guest_.call("fd_close", 4), Errno::success);
  EXPECT_EQ(guest_.open("f"), 4);
}

TEST_F(FdStat, NamesPreopens) {
  EXPECT_EQ(guest_.call("fd_prestat_get", 3, 64), Errno::success);
  EXPECT_EQ(guest_.read<Prestat>(64).tag, 0U);
  EXPECT_EQ(guest_.read<Prestat>(64).name_len, 1U);
  EXPECT_EQ(guest_.call("fd_prestat_dir_name", 3, 64, 0), Errno::nametoolong);
  EXPECT_EQ(guest_.call("fd_prestat_dir_name", 3, Guest::kMemorySize, 5), Errno::fault);
  EXPECT_EQ(guest_.call("fd_prestat_dir_name", 3, 64, 5), Errno::success);
  EXPECT_EQ(guest_.read_string(64, 1), "/");
  EXPECT_EQ(guest_.call("fd_prestat_get", 4, 64), Errno::badf);
  EXPECT_EQ(guest_.call("fd_prestat_get", 0, 64), Errno::badf);
  EXPECT_EQ(guest_.call("fd_prestat_dir_name", 0, 64, 5), Errno::badf);
}

}  // namespace
}  // namespace wasmjet::wasi
