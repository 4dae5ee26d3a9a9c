#include <sys/resource.h>
#include <sys/socket.h>

#include <cstdio>
#include <map>
#include <utility>

#include "wasi/test_guest.hpp"

// Every pointer parameter of every function gets addresses that are not the guest's, and every count gets
// values beyond reason.

namespace wasmjet::wasi {
namespace {

/// A parameter: a value, or an address of `size` bytes.
struct Parameter {
  enum class Kind { value, address, count };
  Kind kind = Kind::value;
  std::uint64_t benign = 0;
  std::uint64_t size = 0;  ///< of what stands at the address; of one element, for a count
};

constexpr std::uint32_t kArea = 65536;  ///< benign addresses point here
constexpr std::uint32_t kIovec = 1024;  ///< of 16 bytes in the area
constexpr std::uint32_t kClock = 1100;  ///< a subscription that is due
constexpr std::uint32_t kPath = 1200;

constexpr Parameter v(std::uint64_t value) { return {Parameter::Kind::value, value, 0}; }
constexpr Parameter out(std::uint64_t size) { return {Parameter::Kind::address, kArea, size}; }
constexpr Parameter at(std::uint32_t address, std::uint64_t size) {
  return {Parameter::Kind::address, address, size};
}
/// The number of elements of the array at the address before it.
constexpr Parameter count(std::uint64_t benign, std::uint64_t element) {
  return {Parameter::Kind::count, benign, element};
}
constexpr Parameter path() { return at(kPath, 4); }
constexpr Parameter path_len() { return count(4, 1); }

constexpr std::uint32_t kDir = 3;   // a preopened directory with "file", "link", "sub"
constexpr std::uint32_t kFile = 4;  // "file", opened
constexpr std::uint32_t kNone = 99;

/// The functions whose every parameter is a plain value are there too, so that none can be forgotten.
const std::map<std::string, std::vector<Parameter>> kFunctions = {
    {"args_get", {out(4), at(kArea + 64, 5)}},
    {"args_sizes_get", {out(4), out(4)}},
    {"clock_res_get", {v(0), out(8)}},
    {"clock_time_get", {v(0), v(0), out(8)}},
    {"environ_get", {out(4), at(kArea + 64, 4)}},
    {"environ_sizes_get", {out(4), out(4)}},
    {"fd_advise", {v(kFile), v(0), v(0), v(0)}},
    {"fd_allocate", {v(kFile), v(0), v(1)}},
    {"fd_close", {v(kNone)}},
    {"fd_datasync", {v(kFile)}},
    {"fd_fdstat_get", {v(kFile), out(24)}},
    {"fd_fdstat_set_flags", {v(kFile), v(0)}},
    {"fd_fdstat_set_rights", {v(kFile), v(0), v(0)}},
    {"fd_filestat_get", {v(kFile), out(64)}},
    {"fd_filestat_set_size", {v(kFile), v(4)}},
    {"fd_filestat_set_times", {v(kFile), v(0), v(0), v(0)}},
    {"fd_pread", {v(kFile), at(kIovec, 8), count(1, 8), v(0), out(4)}},
    {"fd_prestat_dir_name", {v(kDir), out(1), v(1)}},
    {"fd_prestat_get", {v(kDir), out(8)}},
    {"fd_pwrite", {v(kFile), at(kIovec, 8), count(1, 8), v(0), out(4)}},
    {"fd_read", {v(kFile), at(kIovec, 8), count(1, 8), out(4)}},
    {"fd_readdir", {v(kDir), out(100), count(100, 1), v(0), at(kArea + 512, 4)}},
    {"fd_renumber", {v(kNone), v(kNone)}},
    {"fd_seek", {v(kFile), v(0), v(0), out(8)}},
    {"fd_sync", {v(kFile)}},
    {"fd_tell", {v(kFile), out(8)}},
    {"fd_write", {v(kFile), at(kIovec, 8), count(1, 8), out(4)}},
    {"path_create_directory", {v(kDir), path(), path_len()}},
    {"path_filestat_get", {v(kDir), v(0), path(), path_len(), out(64)}},
    {"path_filestat_set_times", {v(kDir), v(0), path(), path_len(), v(0), v(0), v(0)}},
    {"path_link", {v(kDir), v(0), path(), path_len(), v(kDir), path(), path_len()}},
    {"path_open", {v(kDir), v(0), path(), path_len(), v(0), v(rights::kFdRead), v(0), v(0), out(4)}},
    {"path_readlink", {v(kDir), at(kPath + 8, 4), count(4, 1), out(16), count(16, 1), at(kArea + 64, 4)}},
    {"path_remove_directory", {v(kDir), path(), path_len()}},
    {"path_rename", {v(kDir), path(), path_len(), v(kDir), path(), path_len()}},
    {"path_symlink", {path(), path_len(), v(kDir), path(), path_len()}},
    {"path_unlink_file", {v(kDir), at(kPath + 16, 4), path_len()}},
    {"poll_oneoff", {at(kClock, 48), out(32), count(1, 48), at(kArea + 64, 4)}},
    {"proc_exit", {v(0)}},
    {"proc_raise", {v(0)}},
    {"random_get", {out(16), count(16, 1)}},
    {"sched_yield", {}},
    {"sock_accept", {v(0), v(0), out(4)}},
    {"sock_recv", {v(0), at(kIovec, 8), count(1, 8), v(0), out(4), at(kArea + 64, 2)}},
    {"sock_send", {v(0), at(kIovec, 8), count(1, 8), v(0), out(4)}},
    {"sock_shutdown", {v(kNone), v(1)}},
};

class HostilePointers : public testing::Test {
 protected:
  HostilePointers() : guest_(config()) {
    dir_.write("file", "0123456789");
    std::filesystem::create_symlink("file", dir_ / "link");
    EXPECT_EQ(guest_.open("file", 0, rights::kAll), static_cast<int>(kFile));
  }
  ~HostilePointers() override {
    close(sockets_[0]);
    close(sockets_[1]);
  }

  TempDir dir_;
  int sockets_[2] = {-1, -1};
  Guest guest_;

  WasiConfig config() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets_), 0);
    WasiConfig result;
    result.args = {"name"};
    result.env = {"A=1"};
    result.preopens.push_back({dir_.string(), "/", false});
    result.stdin_fd = sockets_[0];
    return result;
  }

  /// Calls with the benign arguments, but `changed` (if it is one of them).
  Errno call(const std::string& name, std::size_t changed, std::uint64_t value) {
    guest_.write(kIovec, Iovec{kArea + 256, 16});
    guest_.write(kClock, Subscription{});
    guest_.write(kPath, std::array{'f', 'i', 'l', 'e', ' ', ' ', ' ', ' ', 'l', 'i', 'n', 'k'});
    guest_.write(kPath + 16, std::array{'n', 'o', 'n', 'e'});
    std::vector<std::uint64_t> arguments;
    for (const Parameter& parameter : kFunctions.at(name)) {
      arguments.push_back(arguments.size() == changed ? value : parameter.benign);
    }
    return call_with(name, arguments, std::make_index_sequence<kMostParameters>{});
  }
  static constexpr std::size_t kMostParameters = 10;
  /// The Guest takes each argument for itself.
  template <std::size_t... I>
  Errno call_with(const std::string& name, const std::vector<std::uint64_t>& arguments,
                  std::index_sequence<I...>) {
    if constexpr (sizeof...(I) != 0) {
      if (arguments.size() < sizeof...(I)) {
        return call_with(name, arguments, std::make_index_sequence<sizeof...(I) - 1>{});
      }
    }
    return guest_.call(name, arguments[I]...);
  }
  static bool refused(Errno error) { return error == Errno::fault || error == Errno::inval; }
};

TEST_F(HostilePointers, EveryFunctionIsInTheTable) {
  for (const Function& function : functions()) {
    ASSERT_TRUE(kFunctions.contains(function.name)) << function.name;
    EXPECT_EQ(kFunctions.at(function.name).size(), function.type().params.size()) << function.name;
  }
  EXPECT_EQ(kFunctions.size(), functions().size());
}

TEST_F(HostilePointers, AreFaults) {
  int tried = 0;
  for (const auto& [name, parameters] : kFunctions) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].kind != Parameter::Kind::address) continue;
      // The same call is not refused with the benign address, so it is the address that is.
      EXPECT_NE(call(name, i, parameters[i].benign), Errno::fault) << name;
      const std::uint64_t size = parameters[i].size;
      for (const std::uint64_t address :
           {std::uint64_t{Guest::kMemorySize} - size + 1, std::uint64_t{Guest::kMemorySize},
            std::uint64_t{Guest::kMemorySize} + 1, std::uint64_t{0x7FFFFFFF}, std::uint64_t{0x80000000},
            std::uint64_t{0xFFFFFFFF} - size + 1, std::uint64_t{0xFFFFFFFF}}) {
        EXPECT_EQ(call(name, i, address), Errno::fault)
            << name << " parameter " << i << " address " << address;
        ++tried;
      }
    }
  }
  std::printf("%d calls with addresses outside memory\n", tried);
}

TEST_F(HostilePointers, MisalignedAreNot) {
  for (const auto& [name, parameters] : kFunctions) {
    if (name.starts_with("sock_")) continue;  // the first would take the benign call's data
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].kind != Parameter::Kind::address || parameters[i].benign < kArea) continue;
      EXPECT_EQ(call(name, i, parameters[i].benign + 1), call(name, i, parameters[i].benign)) << name;
    }
  }
}

long resident_kilobytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_F(HostilePointers, CountsBeyondReasonAreRefusedWithoutAllocating) {
  const long before = resident_kilobytes();
  for (const auto& [name, parameters] : kFunctions) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].kind != Parameter::Kind::count) continue;
      // Those whose product with the element's size is 0, or small, in 32 bits are the treacherous ones.
      const std::uint64_t wrap = (std::uint64_t{1} << 32) / parameters[i].size;
      for (const std::uint64_t number :
           {std::uint64_t{0xFFFFFFFF}, std::uint64_t{0x80000000}, wrap + 1,
            std::min<std::uint64_t>(wrap, 0xFFFFFFFF), std::uint64_t{Guest::kMemorySize}}) {
        if (number > 0xFFFFFFFF) continue;
        EXPECT_TRUE(refused(call(name, i, number))) << name << " parameter " << i << " count " << number;
      }
    }
  }
  EXPECT_LT(resident_kilobytes() - before, 32 * 1024);
}

TEST_F(HostilePointers, VectorsOutsideMemoryAreFaults) {
  for (const char* name : {"fd_read", "fd_write", "fd_pread", "fd_pwrite", "sock_recv", "sock_send"}) {
    for (const Iovec vector : {Iovec{0, 0xFFFFFFFF}, Iovec{0xFFFFFFFF, 1}, Iovec{0xFFFFFFFF, 0xFFFFFFFF},
                               Iovec{Guest::kMemorySize - 1, 2}, Iovec{Guest::kMemorySize, 1},
                               Iovec{0x80000000, 0x80000000}, Iovec{Guest::kMemorySize + 1, 0}}) {
      guest_.write(2048, vector);
      EXPECT_EQ(call(name, 1, 2048), Errno::fault) << name << " " << vector.buf << " " << vector.buf_len;
    }
  }
}

TEST_F(HostilePointers, NothingAtTheEndOfMemoryIsThere) {
  const std::uint32_t end = Guest::kMemorySize;
  EXPECT_EQ(guest_.call("random_get", end, 0), Errno::success);
  EXPECT_EQ(guest_.call("random_get", end + 1, 0), Errno::fault);
  EXPECT_EQ(guest_.call("fd_write", kFile, end, 0, kArea), Errno::success);
  EXPECT_EQ(guest_.call("fd_read", kFile, end, 0, kArea), Errno::success);
  EXPECT_EQ(guest_.call("fd_readdir", kDir, end, 0, 0, kArea), Errno::success);
  EXPECT_EQ(guest_.call("path_unlink_file", kDir, end, 0), Errno::noent);
  guest_.write(2048, Iovec{end, 0});
  EXPECT_EQ(guest_.call("fd_write", kFile, 2048, 1, kArea), Errno::success);
  // The last bytes of memory are the guest's.
  EXPECT_EQ(guest_.call("fd_filestat_get", kFile, end - 64), Errno::success);
  EXPECT_EQ(guest_.call("random_get", end - 16, 16), Errno::success);
}

/// Millions of empty vectors are no way to keep the host busy.
TEST_F(HostilePointers, EndlessEmptyVectorsAreInvalid) {
  EXPECT_EQ(guest_.call("fd_write", kFile, 131072, 100000, kArea), Errno::inval);
}

}  // namespace
}  // namespace wasmjet::wasi
