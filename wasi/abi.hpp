#pragma once

/// Numbers and struct layouts of WASI preview 1 (wasi_snapshot_preview1.witx). Names follow the spec.
/// Structs are laid out as the guest sees them: little-endian, padding explicit and zero, so that they can
/// be copied as they are without leaking host memory.

#include <cstddef>
#include <cstdint>

namespace wasmjet::wasi {

/// The module name under which guests import these functions.
inline constexpr const char* kModuleName = "wasi_snapshot_preview1";

/// `$errno`.
enum class Errno : std::uint16_t {
  success = 0,
  toobig,
  acces,
  addrinuse,
  addrnotavail,
  afnosupport,
  again,
  already,
  badf,
  badmsg,
  busy,
  canceled,
  child,
  connaborted,
  connrefused,
  connreset,
  deadlk,
  destaddrreq,
  dom,
  dquot,
  exist,
  fault,
  fbig,
  hostunreach,
  idrm,
  ilseq,
  inprogress,
  intr,
  inval,
  io,
  isconn,
  isdir,
  loop,
  mfile,
  mlink,
  msgsize,
  multihop,
  nametoolong,
  netdown,
  netreset,
  netunreach,
  nfile,
  nobufs,
  nodev,
  noent,
  noexec,
  nolck,
  nolink,
  nomem,
  nomsg,
  noprotoopt,
  nospc,
  nosys,
  notconn,
  notdir,
  notempty,
  notrecoverable,
  notsock,
  notsup,
  notty,
  nxio,
  overflow,
  ownerdead,
  perm,
  pipe,
  proto,
  protonosupport,
  prototype,
  range,
  rofs,
  spipe,
  srch,
  stale,
  timedout,
  txtbsy,
  xdev,
  notcapable,
};
static_assert(static_cast<int>(Errno::isdir) == 31 && static_cast<int>(Errno::notcapable) == 76);

/// `$rights`: what a descriptor may be used for.
using Rights = std::uint64_t;
namespace rights {
inline constexpr Rights kFdDatasync = 1U << 0;
inline constexpr Rights kFdRead = 1U << 1;
inline constexpr Rights kFdSeek = 1U << 2;
inline constexpr Rights kFdFdstatSetFlags = 1U << 3;
inline constexpr Rights kFdSync = 1U << 4;
inline constexpr Rights kFdTell = 1U << 5;
inline constexpr Rights kFdWrite = 1U << 6;
inline constexpr Rights kFdAdvise = 1U << 7;
inline constexpr Rights kFdAllocate = 1U << 8;
inline constexpr Rights kPathCreateDirectory = 1U << 9;
inline constexpr Rights kPathCreateFile = 1U << 10;
inline constexpr Rights kPathLinkSource = 1U << 11;
inline constexpr Rights kPathLinkTarget = 1U << 12;
inline constexpr Rights kPathOpen = 1U << 13;
inline constexpr Rights kFdReaddir = 1U << 14;
inline constexpr Rights kPathReadlink = 1U << 15;
inline constexpr Rights kPathRenameSource = 1U << 16;
inline constexpr Rights kPathRenameTarget = 1U << 17;
inline constexpr Rights kPathFilestatGet = 1U << 18;
inline constexpr Rights kPathFilestatSetSize = 1U << 19;
inline constexpr Rights kPathFilestatSetTimes = 1U << 20;
inline constexpr Rights kFdFilestatGet = 1U << 21;
inline constexpr Rights kFdFilestatSetSize = 1U << 22;
inline constexpr Rights kFdFilestatSetTimes = 1U << 23;
inline constexpr Rights kPathSymlink = 1U << 24;
inline constexpr Rights kPathRemoveDirectory = 1U << 25;
inline constexpr Rights kPathUnlinkFile = 1U << 26;
inline constexpr Rights kPollFdReadwrite = 1U << 27;
inline constexpr Rights kSockShutdown = 1U << 28;
inline constexpr Rights kSockAccept = 1U << 29;
/// Every right that the spec defines.
inline constexpr Rights kAll = (1U << 30) - 1;
/// Rights that mean something for files, devices and pipes.
inline constexpr Rights kFile = kFdDatasync | kFdRead | kFdSeek | kFdFdstatSetFlags | kFdSync | kFdTell |
                                kFdWrite | kFdAdvise | kFdAllocate | kFdFilestatGet | kFdFilestatSetSize |
                                kFdFilestatSetTimes | kPollFdReadwrite;
/// Rights that mean something for sockets.
inline constexpr Rights kSocket =
    kFdRead | kFdFdstatSetFlags | kFdWrite | kFdFilestatGet | kPollFdReadwrite | kSockShutdown | kSockAccept;
/// Rights that mean something for directories.
inline constexpr Rights kDirectory =
    kFdDatasync | kFdFdstatSetFlags | kFdSync | kPathCreateDirectory | kPathCreateFile | kPathLinkSource |
    kPathLinkTarget | kPathOpen | kFdReaddir | kPathReadlink | kPathRenameSource | kPathRenameTarget |
    kPathFilestatGet | kPathFilestatSetSize | kPathFilestatSetTimes | kFdFilestatGet | kFdFilestatSetTimes |
    kPathSymlink | kPathRemoveDirectory | kPathUnlinkFile;
}  // namespace rights

/// `$filetype`.
enum class FileType : std::uint8_t {
  unknown,
  block_device,
  character_device,
  directory,
  regular_file,
  socket_dgram,
  socket_stream,
  symbolic_link,
};

namespace fdflags {
inline constexpr std::uint32_t kAppend = 1;
inline constexpr std::uint32_t kDsync = 2;
inline constexpr std::uint32_t kNonblock = 4;
inline constexpr std::uint32_t kRsync = 8;
inline constexpr std::uint32_t kSync = 16;
inline constexpr std::uint32_t kAll = 31;
}  // namespace fdflags

namespace oflags {
inline constexpr std::uint32_t kCreat = 1;
inline constexpr std::uint32_t kDirectory = 2;
inline constexpr std::uint32_t kExcl = 4;
inline constexpr std::uint32_t kTrunc = 8;
inline constexpr std::uint32_t kAll = 15;
}  // namespace oflags

namespace fstflags {
inline constexpr std::uint32_t kAtim = 1;
inline constexpr std::uint32_t kAtimNow = 2;
inline constexpr std::uint32_t kMtim = 4;
inline constexpr std::uint32_t kMtimNow = 8;
inline constexpr std::uint32_t kAll = 15;
}  // namespace fstflags

/// `$riflags`.
namespace riflags {
inline constexpr std::uint32_t kRecvPeek = 1;
inline constexpr std::uint32_t kRecvWaitall = 2;
inline constexpr std::uint32_t kAll = 3;
}  // namespace riflags

/// `$roflags`: the message was longer than the buffers.
inline constexpr std::uint16_t kRecvDataTruncated = 1;

/// `$sdflags`.
namespace sdflags {
inline constexpr std::uint32_t kRd = 1;
inline constexpr std::uint32_t kWr = 2;
inline constexpr std::uint32_t kAll = 3;
}  // namespace sdflags

/// `$lookupflags`.
inline constexpr std::uint32_t kSymlinkFollow = 1;

/// `$whence`.
enum class Whence : std::uint8_t { set, cur, end };

/// `$clockid`.
enum class ClockId : std::uint32_t { realtime, monotonic, process_cputime, thread_cputime };

/// `$eventtype`.
enum class EventType : std::uint8_t { clock, fd_read, fd_write };

/// `$subclockflags`: the timeout is a point in time, not a span.
inline constexpr std::uint16_t kSubclockAbstime = 1;
/// `$eventrwflags`: the peer has closed.
inline constexpr std::uint16_t kEventHangup = 1;

/// `$iovec` and `$ciovec`.
struct Iovec {
  std::uint32_t buf;
  std::uint32_t buf_len;
};
static_assert(sizeof(Iovec) == 8);

/// `$fdstat`.
struct Fdstat {
  FileType filetype = FileType::unknown;
  std::uint8_t padding0 = 0;
  std::uint16_t flags = 0;
  std::uint8_t padding1[4] = {};
  Rights rights_base = 0;
  Rights rights_inheriting = 0;
};
static_assert(sizeof(Fdstat) == 24 && offsetof(Fdstat, flags) == 2 && offsetof(Fdstat, rights_base) == 8);

/// `$filestat`.
struct Filestat {
  std::uint64_t dev = 0;
  std::uint64_t ino = 0;
  FileType filetype = FileType::unknown;
  std::uint8_t padding[7] = {};
  std::uint64_t nlink = 0;
  std::uint64_t size = 0;
  std::uint64_t atim = 0;
  std::uint64_t mtim = 0;
  std::uint64_t ctim = 0;
};
static_assert(sizeof(Filestat) == 64 && offsetof(Filestat, nlink) == 24 && offsetof(Filestat, ctim) == 56);

/// `$dirent`; the name follows it.
struct Dirent {
  std::uint64_t next = 0;
  std::uint64_t ino = 0;
  std::uint32_t namlen = 0;
  FileType type = FileType::unknown;
  std::uint8_t padding[3] = {};
};
static_assert(sizeof(Dirent) == 24 && offsetof(Dirent, type) == 20);

/// `$prestat` of the only kind there is: a directory (tag 0).
struct Prestat {
  std::uint32_t tag = 0;
  std::uint32_t name_len = 0;
};
static_assert(sizeof(Prestat) == 8);

/// `$subscription`. `fd` of an fd_read or fd_write subscription stands where `clock_id` does.
struct Subscription {
  std::uint64_t userdata;
  std::uint8_t tag;
  std::uint8_t padding0[7];
  std::uint32_t clock_id_or_fd;
  std::uint8_t padding1[4];
  std::uint64_t timeout;
  std::uint64_t precision;
  std::uint16_t flags;
  std::uint8_t padding2[6];
};
static_assert(sizeof(Subscription) == 48 && offsetof(Subscription, clock_id_or_fd) == 16 &&
              offsetof(Subscription, timeout) == 24 && offsetof(Subscription, flags) == 40);

/// `$event`.
struct Event {
  std::uint64_t userdata = 0;
  Errno error = Errno::success;
  EventType type = EventType::clock;
  std::uint8_t padding0[5] = {};
  std::uint64_t nbytes = 0;
  std::uint16_t flags = 0;
  std::uint8_t padding1[6] = {};
};
static_assert(sizeof(Event) == 32 && offsetof(Event, type) == 10 && offsetof(Event, nbytes) == 16);

}  // namespace wasmjet::wasi
