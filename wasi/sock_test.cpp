#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <thread>

#include "wasi/descriptor_table.hpp"
#include "wasi/test_guest.hpp"
#include "wasi/test_interrupt.hpp"

namespace wasmjet::wasi {
namespace {

constexpr std::uint32_t kFlagsOut = 24;

/// A listening socket on the loopback address, and clients of it.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(socket_.get(), 8) != 0 ||
        getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no loopback");
    }
    address_ = address;
  }
  int fd() const { return socket_.get(); }
  UniqueFd connect() const {
    UniqueFd client(::socket(AF_INET, SOCK_STREAM, 0));
    if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0) {
      throw std::runtime_error("connect");
    }
    return client;
  }

 private:
  UniqueFd socket_;
  sockaddr_in address_ = {};
};

/// A guest whose descriptor 3 is a listening socket.
class SockTest : public testing::Test {
 protected:
  SockTest() : guest_(config()) {}

  Listener listener_;
  Guest guest_;

  WasiConfig config() const {
    WasiConfig result;
    result.sockets.push_back(listener_.fd());
    return result;
  }
  /// The number of an accepted connection.
  std::uint32_t accept(std::uint32_t flags = 0) {
    EXPECT_EQ(guest_.call("sock_accept", 3, flags, Guest::kOut), Errno::success);
    return guest_.read<std::uint32_t>(Guest::kOut);
  }
  std::string receive(std::uint32_t fd, std::uint32_t size, std::uint32_t flags = 0) {
    const std::uint32_t buffer = guest_.put(std::string(size, '\0'));
    const Errno error =
        guest_.call("sock_recv", fd, guest_.put_iovec(buffer, size), 1, flags, Guest::kOut, kFlagsOut);
    if (error != Errno::success) return "error " + std::to_string(static_cast<int>(error));
    return guest_.read_string(buffer, guest_.read<std::uint32_t>(Guest::kOut));
  }
  Errno send(std::uint32_t fd, std::string_view text, std::uint32_t flags = 0) {
    const std::uint32_t vector = guest_.put_iovec(guest_.put(text), static_cast<std::uint32_t>(text.size()));
    return guest_.call("sock_send", fd, vector, 1, flags, Guest::kOut);
  }
  static void write_all(const UniqueFd& fd, std::string_view text) {
    ASSERT_EQ(::write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  static std::string read_some(const UniqueFd& fd) {
    char buffer[100];
    const ssize_t size = ::read(fd.get(), buffer, sizeof buffer);
    return size < 0 ? "unreadable" : std::string(buffer, static_cast<std::size_t>(size));
  }
  static std::string error(Errno errno_value) {
    return "error " + std::to_string(static_cast<int>(errno_value));
  }
};

TEST_F(SockTest, AcceptsReceivesAndSends) {
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept();
  EXPECT_EQ(fd, 4U);
  write_all(client, "hello");
  EXPECT_EQ(receive(fd, 100), "hello");
  EXPECT_EQ(send(fd, "world"), Errno::success);
  EXPECT_EQ(guest_.read<std::uint32_t>(Guest::kOut), 5U);
  EXPECT_EQ(read_some(client), "world");
}

TEST_F(SockTest, ConnectionsAreReadAndWrittenLikeFiles) {
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept();
  write_all(client, "hello");
  EXPECT_EQ(guest_.read_fd(fd, 3), "hel");
  EXPECT_EQ(guest_.read_fd(fd, 3), "lo");
  EXPECT_EQ(guest_.write_fd(fd, "world"), Errno::success);
  EXPECT_EQ(read_some(client), "world");
  EXPECT_EQ(guest_.call("fd_close", fd), Errno::success);
  EXPECT_EQ(read_some(client), "");
}

TEST_F(SockTest, DescribesSockets) {
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept(fdflags::kNonblock);
  for (const std::uint32_t socket : {3U, fd}) {
    ASSERT_EQ(guest_.call("fd_fdstat_get", socket, 64), Errno::success);
    const auto stat = guest_.read<Fdstat>(64);
    EXPECT_EQ(stat.filetype, FileType::socket_stream);
    EXPECT_EQ(stat.rights_base, rights::kSocket);
    EXPECT_EQ(stat.flags, socket == fd ? fdflags::kNonblock : 0U);
    EXPECT_EQ(guest_.call("fd_prestat_get", socket, 64), Errno::badf);
    EXPECT_EQ(guest_.call("fd_seek", socket, 0, 0, 64), Errno::notcapable);
  }
}

TEST_F(SockTest, NonBlockingSocketsAnswerAgain) {
  ASSERT_EQ(guest_.call("fd_fdstat_set_flags", 3, fdflags::kNonblock), Errno::success);
  EXPECT_EQ(guest_.call("sock_accept", 3, 0, Guest::kOut), Errno::again);
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept(fdflags::kNonblock);
  EXPECT_EQ(receive(fd, 10), error(Errno::again));
  EXPECT_EQ(guest_.read_fd(fd, 10), error(Errno::again));
  write_all(client, "x");
  EXPECT_EQ(receive(fd, 10), "x");
}

TEST_F(SockTest, SendsPartsOfWhatDoesNotFit) {
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept(fdflags::kNonblock);
  const std::string much(256 * 1024, 'x');
  std::size_t sent = 0;
  bool partial = false;
  Errno last = Errno::success;
  while (sent < (std::size_t{64} << 20)) {
    last = send(fd, much);
    if (last != Errno::success) break;
    const auto size = guest_.read<std::uint32_t>(Guest::kOut);
    partial = partial || size < much.size();
    sent += size;
  }
  EXPECT_EQ(last, Errno::again);
  EXPECT_TRUE(partial);
}

TEST_F(SockTest, PeeksAndWaitsForAll) {
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept();
  write_all(client, "abc");
  EXPECT_EQ(receive(fd, 10, riflags::kRecvPeek), "abc");
  EXPECT_EQ(receive(fd, 2, riflags::kRecvPeek), "ab");
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    write_all(client, "def");
  });
  EXPECT_EQ(receive(fd, 6, riflags::kRecvWaitall), "abcdef");
  writer.join();
  EXPECT_EQ(guest_.read<std::uint16_t>(kFlagsOut), 0);
}

TEST_F(SockTest, ShutsDown) {
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept();
  EXPECT_EQ(guest_.call("sock_shutdown", fd, sdflags::kWr), Errno::success);
  EXPECT_EQ(read_some(client), "");
  EXPECT_EQ(send(fd, "x"), Errno::pipe);
  write_all(client, "still");
  EXPECT_EQ(receive(fd, 10), "still");
  EXPECT_EQ(guest_.call("sock_shutdown", fd, sdflags::kRd), Errno::success);
  EXPECT_EQ(receive(fd, 10), "");
}

TEST_F(SockTest, EndOfStreamAndResetAreTold) {
  UniqueFd client = listener_.connect();
  std::uint32_t fd = accept();
  shutdown(client.get(), SHUT_WR);
  EXPECT_EQ(receive(fd, 10), "");
  client = listener_.connect();
  fd = accept();
  const linger at_once = {1, 0};
  setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  client = UniqueFd();
  pollfd wait = {guest_.wasi().descriptors().find(fd)->host.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&wait, 1, 10000), 1);
  EXPECT_EQ(receive(fd, 10), error(Errno::connreset));
}

TEST_F(SockTest, PollTellsOfConnectionsAndData) {
  const auto poll = [this](std::uint32_t fd, EventType type) {
    Subscription subscription = {};
    subscription.tag = static_cast<std::uint8_t>(type);
    subscription.clock_id_or_fd = fd;
    guest_.write(1024, subscription);
    EXPECT_EQ(guest_.call("poll_oneoff", 1024, 2048, 1, Guest::kOut), Errno::success);
    return guest_.read<Event>(2048);
  };
  const UniqueFd client = listener_.connect();
  EXPECT_EQ(poll(3, EventType::fd_read).error, Errno::success);
  const std::uint32_t fd = accept();
  EXPECT_EQ(poll(fd, EventType::fd_write).error, Errno::success);
  write_all(client, "abc");
  EXPECT_EQ(poll(fd, EventType::fd_read).nbytes, 3U);
}

TEST_F(SockTest, NeedsRights) {
  const UniqueFd client = listener_.connect();
  ASSERT_EQ(guest_.call("fd_fdstat_set_rights", 3, rights::kSockAccept, rights::kFdRead), Errno::success);
  const std::uint32_t fd = accept();
  ASSERT_EQ(guest_.call("fd_fdstat_get", fd, 64), Errno::success);
  EXPECT_EQ(guest_.read<Fdstat>(64).rights_base, rights::kFdRead);
  EXPECT_EQ(send(fd, "x"), Errno::notcapable);
  EXPECT_EQ(guest_.call("sock_shutdown", fd, sdflags::kWr), Errno::notcapable);
  EXPECT_EQ(guest_.call("sock_accept", fd, 0, Guest::kOut), Errno::notcapable);
}

TEST_F(SockTest, Fails) {
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept();
  EXPECT_EQ(guest_.call("sock_accept", 3, fdflags::kAppend, Guest::kOut), Errno::inval);
  EXPECT_EQ(guest_.call("sock_accept", fd, 0, Guest::kOut), Errno::inval);
  EXPECT_EQ(receive(fd, 1, 4), error(Errno::inval));
  EXPECT_EQ(receive(3, 1), error(Errno::notconn));
  EXPECT_EQ(send(fd, "x", 1), Errno::inval);
  EXPECT_EQ(send(3, "x"), Errno::pipe);
  EXPECT_EQ(guest_.call("sock_shutdown", fd, 0), Errno::inval);
  EXPECT_EQ(guest_.call("sock_shutdown", fd, 4), Errno::inval);
  for (const auto& [number, expected] : {std::pair{99U, Errno::badf}, std::pair{1U, Errno::notsock}}) {
    EXPECT_EQ(guest_.call("sock_accept", number, 0, Guest::kOut), expected);
    EXPECT_EQ(receive(number, 1), error(expected));
    EXPECT_EQ(send(number, "x"), expected);
    EXPECT_EQ(guest_.call("sock_shutdown", number, sdflags::kWr), expected);
  }
}

TEST_F(SockTest, BlockedCallsAreInterrupted) {
  const UniqueFd client = listener_.connect();
  const std::uint32_t fd = accept();
  const std::uint32_t vector = guest_.put_iovec(4096, 10);
  std::uint32_t ignored = 0;
  {
    InterruptSoon interrupt(guest_.store());
    EXPECT_EQ(guest_.call_raw("sock_accept", ignored, 3, 0, Guest::kOut).trap, TrapCode::interrupted);
  }
  guest_.store().interrupt = 0;
  InterruptSoon interrupt(guest_.store());
  EXPECT_EQ(guest_.call_raw("sock_recv", ignored, fd, vector, 1, 0, Guest::kOut, kFlagsOut).trap,
            TrapCode::interrupted);
}

TEST(DatagramSockets, TellThatAMessageWasCut) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
  WasiConfig config;
  config.stdin_fd = pair[0];
  Guest guest(std::move(config));
  ASSERT_EQ(write(pair[1], "abcdef", 6), 6);
  const std::uint32_t vector = guest.put_iovec(8192, 4);
  EXPECT_EQ(guest.call("sock_recv", 0, vector, 1, 0, Guest::kOut, kFlagsOut), Errno::success);
  EXPECT_EQ(guest.read<std::uint32_t>(Guest::kOut), 4U);
  EXPECT_EQ(guest.read<std::uint16_t>(kFlagsOut), kRecvDataTruncated);
  // A standard stream's own flags stay as they are; the guest's mode is its own.
  ASSERT_EQ(guest.call("fd_fdstat_set_flags", 0, fdflags::kNonblock), Errno::success);
  EXPECT_EQ(guest.call("sock_recv", 0, vector, 1, 0, Guest::kOut, kFlagsOut), Errno::again);
  close(pair[0]);
  close(pair[1]);
}

TEST(Sockets, MustBeSockets) {
  Pipe pipe;
  WasiConfig config;
  config.sockets.push_back(pipe.reader());
  EXPECT_THROW(WasiContext(std::move(config)), std::runtime_error);
}

TEST(Sockets, HaveTheNumbersBehindDirectories) {
  TempDir directory;
  Listener listener;
  WasiConfig config;
  config.preopens.push_back({directory.string(), "/", false});
  config.sockets.push_back(listener.fd());
  Guest guest(std::move(config));
  EXPECT_EQ(guest.call("fd_prestat_get", 3, 64), Errno::success);
  EXPECT_EQ(guest.call("fd_prestat_get", 4, 64), Errno::badf);
  EXPECT_EQ(guest.call("sock_shutdown", 4, sdflags::kRd), Errno::success);
}

}  // namespace
}  // namespace wasmjet::wasi
