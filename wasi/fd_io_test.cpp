#include <fcntl.h>

#include <chrono>
#include <thread>

#include "wasi/test_guest.hpp"
#include "wasi/test_interrupt.hpp"
#include "wasi/unique_fd.hpp"

namespace wasmjet::wasi {
namespace {

constexpr Rights kReadWrite = rights::kAll;

WasiConfig streams(int in, int out) {
  WasiConfig config;
  config.stdin_fd = in;
  config.stdout_fd = out;
  return config;
}

TEST(Streams, ReadAndWrite) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  ASSERT_EQ(write(in.writer(), "hello", 5), 5);
  EXPECT_EQ(guest.read_fd(0, 3), "hel");
  EXPECT_EQ(guest.read_fd(0, 30), "lo");
  in.close_writer();
  EXPECT_EQ(guest.read_fd(0, 30), "");
  EXPECT_EQ(guest.write_fd(1, "out"), Errno::success);
  char buffer[8];
  EXPECT_EQ(read(out.reader(), buffer, sizeof buffer), 3);
}

TEST(Streams, AllowWhatTheHostOpenedThemFor) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  EXPECT_EQ(guest.write_fd(0, "x"), Errno::notcapable);
  EXPECT_EQ(guest.read_fd(1, 1), "error 76");
}

TEST(Streams, ClosedOnTheHostAreClosedForTheGuest) {
  Guest guest(streams(-1, -1));
  EXPECT_EQ(guest.read_fd(0, 1), "error 8");
  EXPECT_EQ(guest.write_fd(1, "x"), Errno::badf);
}

TEST(Streams, ClosingLeavesTheHostsOpen) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  EXPECT_EQ(guest.call("fd_close", 1), Errno::success);
  EXPECT_EQ(guest.call("fd_close", 1), Errno::badf);
  EXPECT_EQ(guest.write_fd(1, "x"), Errno::badf);
  EXPECT_EQ(write(out.writer(), "x", 1), 1);
}

TEST(Streams, WritingWithoutAReaderIsPipe) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  out.close_reader();
  EXPECT_EQ(guest.write_fd(1, "x"), Errno::pipe);
}

TEST(Streams, CannotSeekInPipes) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  EXPECT_EQ(guest.call("fd_seek", 0, 0, 1, 16), Errno::spipe);
  EXPECT_EQ(guest.call("fd_tell", 0, 16), Errno::spipe);
}

TEST(Streams, NonBlockingIsImitatedWithoutChangingTheHosts) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  ASSERT_EQ(guest.call("fd_fdstat_set_flags", 0, fdflags::kNonblock), Errno::success);
  EXPECT_EQ(guest.read_fd(0, 1), "error 6");
  EXPECT_EQ(fcntl(in.reader(), F_GETFL) & O_NONBLOCK, 0);
  ASSERT_EQ(guest.call("fd_fdstat_get", 0, 16), Errno::success);
  EXPECT_EQ(guest.read<Fdstat>(16).flags, fdflags::kNonblock);
  ASSERT_EQ(guest.call("fd_fdstat_set_flags", 1, fdflags::kNonblock), Errno::success);
  const std::string big(200000, 'x');
  Errno error = Errno::success;
  while (error == Errno::success) error = guest.write_fd(1, big);
  EXPECT_EQ(error, Errno::again);
}

TEST(Streams, BlockingIsImitatedWhereTheHostsAreNot) {
  Pipe in;
  Pipe out;
  ASSERT_EQ(fcntl(in.reader(), F_SETFL, O_NONBLOCK), 0);
  ASSERT_EQ(fcntl(out.writer(), F_SETFL, O_NONBLOCK), 0);
  Guest guest(streams(in.reader(), out.writer()));
  ASSERT_EQ(guest.call("fd_fdstat_get", 0, 16), Errno::success);
  EXPECT_EQ(guest.read<Fdstat>(16).flags, fdflags::kNonblock);
  EXPECT_EQ(guest.read_fd(0, 1), "error 6");
  for (const std::uint32_t fd : {0, 1}) {
    ASSERT_EQ(guest.call("fd_fdstat_set_flags", fd, 0), Errno::success);
    ASSERT_EQ(guest.call("fd_fdstat_get", fd, 16), Errno::success);
    EXPECT_EQ(guest.read<Fdstat>(16).flags, 0);
  }
  EXPECT_NE(fcntl(in.reader(), F_GETFL) & O_NONBLOCK, 0);
  std::thread writer([&in] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(write(in.writer(), "late", 4), 4);
  });
  EXPECT_EQ(guest.read_fd(0, 10), "late");
  writer.join();
  InterruptSoon interrupt(guest.store());
  std::uint32_t ignored = 0;
  EXPECT_EQ(guest.call_raw("fd_read", ignored, 0, guest.put_iovec(100, 10), 1, 16).trap,
            TrapCode::interrupted);
}

TEST(Streams, TheTimesOfWhatCanOnlyBeReadStay) {
  TempDir dir;
  dir.write("f", "abc");
  const UniqueFd reading(open((dir / "f").c_str(), O_RDONLY | O_CLOEXEC));
  const UniqueFd writing(open((dir / "f").c_str(), O_WRONLY | O_CLOEXEC));
  Guest guest(streams(reading.get(), writing.get()));
  EXPECT_EQ(guest.call("fd_filestat_set_times", 0, 0, 0, fstflags::kMtim), Errno::notcapable);
  EXPECT_EQ(guest.call("fd_filestat_set_times", 1, 0, 0, fstflags::kMtim), Errno::success);
}

TEST(Streams, BlockedReadIsInterrupted) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  InterruptSoon interrupt(guest.store());
  std::uint32_t ignored = 0;
  const std::uint32_t vector = guest.put_iovec(100, 10);
  EXPECT_EQ(guest.call_raw("fd_read", ignored, 0, vector, 1, 16).trap, TrapCode::interrupted);
}

TEST(Streams, BlockedWriteIsInterrupted) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  InterruptSoon interrupt(guest.store());
  const std::uint32_t vector = guest.put_iovec(0, 1 << 19);
  std::uint32_t ignored = 0;
  HostResult how;
  while (how.trap == TrapCode::none) how = guest.call_raw("fd_write", ignored, 1, vector, 1, 16);
  EXPECT_EQ(how.trap, TrapCode::interrupted);
}

TEST(Streams, SignalsThatMeanNothingRestartTheCall) {
  Pipe in;
  Pipe out;
  Guest guest(streams(in.reader(), out.writer()));
  StoreState another;
  InterruptSoon interrupt(another, std::chrono::milliseconds(1));
  std::thread writer([&in] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(write(in.writer(), "x", 1), 1);
  });
  EXPECT_EQ(guest.read_fd(0, 10), "x");
  writer.join();
}

class FileIo : public testing::Test {
 protected:
  TempDir dir_;
  Guest guest_ = Guest::with_directory(dir_);

  int create(const std::string& name, std::uint32_t fd_flags = 0) {
    return guest_.open(name, oflags::kCreat, kReadWrite, fd_flags);
  }
  std::uint64_t tell(int fd) {
    EXPECT_EQ(guest_.call("fd_tell", fd, 16), Errno::success);
    return guest_.read<std::uint64_t>(16);
  }
};

TEST_F(FileIo, ScattersAndGathers) {
  const int fd = create("f");
  ASSERT_EQ(guest_.write_fd(fd, "abcdef"), Errno::success);
  ASSERT_EQ(guest_.call("fd_seek", fd, 0, 0, 16), Errno::success);
  const Iovec vectors[] = {{100, 2}, {0xFFFF, 0}, {200, 3}};
  const std::uint32_t list = guest_.put({reinterpret_cast<const char*>(vectors), sizeof vectors});
  ASSERT_EQ(guest_.call("fd_read", fd, list, 3, 16), Errno::success);
  EXPECT_EQ(guest_.read<std::uint32_t>(16), 5U);
  EXPECT_EQ(guest_.read_string(100, 3), std::string("ab\0", 3));
  EXPECT_EQ(guest_.read_string(200, 4), std::string("cde\0", 4));
  ASSERT_EQ(guest_.call("fd_write", fd, list, 3, 16), Errno::success);
  EXPECT_EQ(dir_.read("f"), "abcdeabcde");
}

TEST_F(FileIo, ChecksEveryVectorBeforeItReads) {
  dir_.write("f", "abcdef");
  const int fd = guest_.open("f");
  const Iovec outside[] = {{100, 2}, {Guest::kMemorySize - 1, 2}};
  const std::uint32_t list = guest_.put({reinterpret_cast<const char*>(outside), sizeof outside});
  EXPECT_EQ(guest_.call("fd_read", fd, list, 2, 16), Errno::fault);
  const Iovec wraps[] = {{100, 0xFFFFFFFF}};
  const std::uint32_t wrapping = guest_.put({reinterpret_cast<const char*>(wraps), sizeof wraps});
  EXPECT_EQ(guest_.call("fd_read", fd, wrapping, 1, 16), Errno::fault);
  EXPECT_EQ(guest_.call("fd_read", fd, list, 0xFFFFFFFF, 16), Errno::fault);
  EXPECT_EQ(guest_.call("fd_read", fd, Guest::kMemorySize - 7, 1, 16), Errno::fault);
  EXPECT_EQ(guest_.call("fd_read", fd, list, 1, Guest::kMemorySize - 3), Errno::fault);
  EXPECT_EQ(tell(fd), 0U);
}

TEST_F(FileIo, ZeroVectorsTransferNothing) {
  const int fd = create("f");
  EXPECT_EQ(guest_.call("fd_write", fd, 0, 0, 16), Errno::success);
  EXPECT_EQ(guest_.read<std::uint32_t>(16), 0U);
  EXPECT_EQ(guest_.call("fd_read", fd, 0, 0, 16), Errno::success);
}

TEST_F(FileIo, CutsLongListsOfVectors) {
  const int fd = create("f");
  std::string list;
  const Iovec one{100, 1};
  for (int i = 0; i < 3000; ++i) list.append(reinterpret_cast<const char*>(&one), sizeof one);
  ASSERT_EQ(guest_.call("fd_write", fd, guest_.put(list), 3000, 16), Errno::success);
  EXPECT_EQ(guest_.read<std::uint32_t>(16), 1024U);
  EXPECT_EQ(guest_.call("fd_write", fd, guest_.put(std::string(70000 * 8, '\0')), 70000, 16), Errno::inval);
  const Iovec outside{Guest::kMemorySize, 1};
  list.replace(2999 * sizeof outside, sizeof outside, reinterpret_cast<const char*>(&outside),
               sizeof outside);
  EXPECT_EQ(guest_.call("fd_write", fd, guest_.put(list), 3000, 16), Errno::fault);
}

TEST_F(FileIo, OverlappingVectorsAndTheirOwnListAreHarmless) {
  dir_.write("f", std::string(64, '\xFF'));
  const int fd = guest_.open("f");
  const Iovec overlapping[] = {{512, 16}, {512, 16}, {520, 16}};
  guest_.write(512, overlapping);
  ASSERT_EQ(guest_.call("fd_read", fd, 512, 3, 16), Errno::success);
  EXPECT_EQ(guest_.read<std::uint32_t>(16), 48U);
}

TEST(FileSlices, AreNotSeenByTheGuest) {
  TempDir dir;
  Guest guest = Guest::with_directory(dir);
  const int fd = guest.open("f", oflags::kCreat, kReadWrite);
  // 96 vectors of 512 KiB are three slices.
  std::string list;
  for (std::uint32_t i = 0; i < 96; ++i) {
    const Iovec vector{guest.kMemorySize / 2, guest.kMemorySize / 2};
    list.append(reinterpret_cast<const char*>(&vector), sizeof vector);
  }
  const std::uint32_t address = guest.put(list);
  constexpr std::uint32_t kTotal = 48 << 20;
  ASSERT_EQ(guest.call("fd_pwrite", fd, address, 96, 5, 16), Errno::success);
  EXPECT_EQ(guest.read<std::uint32_t>(16), kTotal);
  EXPECT_EQ(std::filesystem::file_size(dir / "f"), kTotal + 5);
  ASSERT_EQ(guest.call("fd_pread", fd, address, 96, 10, 16), Errno::success);
  EXPECT_EQ(guest.read<std::uint32_t>(16), kTotal - 5);
  ASSERT_EQ(guest.call("fd_read", fd, address, 96, 16), Errno::success);
  EXPECT_EQ(guest.read<std::uint32_t>(16), kTotal);
  ASSERT_EQ(guest.call("fd_read", fd, address, 96, 16), Errno::success);
  EXPECT_EQ(guest.read<std::uint32_t>(16), 5U);
}

TEST_F(FileIo, Seeks) {
  dir_.write("f", "0123456789");
  const int fd = guest_.open("f");
  EXPECT_EQ(guest_.call("fd_seek", fd, -3, 2, 16), Errno::success);
  EXPECT_EQ(guest_.read<std::uint64_t>(16), 7U);
  EXPECT_EQ(guest_.read_fd(fd, 1), "7");
  EXPECT_EQ(guest_.call("fd_seek", fd, 1, 1, 16), Errno::success);
  EXPECT_EQ(guest_.read_fd(fd, 9), "9");
  EXPECT_EQ(guest_.call("fd_seek", fd, -1, 0, 16), Errno::inval);
  EXPECT_EQ(guest_.call("fd_seek", fd, 0, 3, 16), Errno::inval);
  EXPECT_EQ(guest_.call("fd_seek", fd, 0, 0, Guest::kMemorySize), Errno::fault);
  EXPECT_EQ(guest_.call("fd_seek", 99, 0, 0, 16), Errno::badf);
  EXPECT_EQ(guest_.call("fd_seek", 3, 0, 0, 16), Errno::isdir);
  EXPECT_EQ(tell(fd), 10U);
}

TEST_F(FileIo, RightToTellIsNoRightToSeek) {
  dir_.write("f", "0123456789");
  const int teller = guest_.open("f", 0, rights::kFdRead | rights::kFdTell);
  EXPECT_EQ(guest_.call("fd_tell", teller, 16), Errno::success);
  EXPECT_EQ(guest_.call("fd_seek", teller, 0, 1, 16), Errno::success);
  EXPECT_EQ(guest_.call("fd_seek", teller, 1, 1, 16), Errno::notcapable);
  const int seeker = guest_.open("f", 0, rights::kFdRead | rights::kFdSeek);
  EXPECT_EQ(guest_.call("fd_tell", seeker, 16), Errno::success);
  const int neither = guest_.open("f", 0, rights::kFdRead);
  EXPECT_EQ(guest_.call("fd_tell", neither, 16), Errno::notcapable);
  EXPECT_EQ(guest_.call("fd_pread", neither, guest_.put_iovec(100, 1), 1, 0, 16), Errno::notcapable);
}

TEST_F(FileIo, PositionedTransfersLeaveThePosition) {
  const int fd = create("f");
  ASSERT_EQ(guest_.write_fd(fd, "abcdef"), Errno::success);
  const std::uint32_t vector = guest_.put_iovec(guest_.put("XY"), 2);
  EXPECT_EQ(guest_.call("fd_pwrite", fd, vector, 1, 1, 16), Errno::success);
  EXPECT_EQ(dir_.read("f"), "aXYdef");
  EXPECT_EQ(guest_.call("fd_pread", fd, guest_.put_iovec(100, 9), 1, 4, 16), Errno::success);
  EXPECT_EQ(guest_.read<std::uint32_t>(16), 2U);
  EXPECT_EQ(guest_.read_string(100, 2), "ef");
  EXPECT_EQ(tell(fd), 6U);
  EXPECT_EQ(guest_.call("fd_pread", fd, vector, 1, UINT64_MAX, 16), Errno::inval);
  EXPECT_EQ(guest_.call("fd_pwrite", fd, vector, 1, UINT64_MAX, 16), Errno::inval);
}

TEST_F(FileIo, AppendsAndStopsAppending) {
  dir_.write("f", "abc");
  const int fd = create("f", fdflags::kAppend);
  ASSERT_EQ(guest_.write_fd(fd, "d"), Errno::success);
  EXPECT_EQ(dir_.read("f"), "abcd");
  EXPECT_EQ(guest_.call("fd_fdstat_set_flags", fd, 0), Errno::success);
  ASSERT_EQ(guest_.call("fd_seek", fd, 0, 0, 16), Errno::success);
  ASSERT_EQ(guest_.write_fd(fd, "X"), Errno::success);
  EXPECT_EQ(dir_.read("f"), "Xbcd");
}

TEST_F(FileIo, DirectoriesAreNotRead) {
  EXPECT_EQ(guest_.read_fd(3, 1), "error 31");
  EXPECT_EQ(guest_.write_fd(3, "x"), Errno::isdir);
  EXPECT_EQ(guest_.read_fd(0xFFFFFFFF, 1), "error 8");
}

}  // namespace
}  // namespace wasmjet::wasi
