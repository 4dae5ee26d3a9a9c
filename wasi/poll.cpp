#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <vector>

#include "wasi/clock.hpp"
#include "wasi/handlers.hpp"
#include "wasi/host_stat.hpp"

namespace wasmjet::wasi {

namespace {

/// More than any program waits for; bounds what the guest can make the host allocate.
constexpr uint32_t kMaxSubscriptions = 4096;
/// Sleep at most this long at a time: a bound that no conversion overflows.
constexpr uint64_t kMaxSleep = 3600 * kNanosecondsPerSecond;

uint64_t saturating_add(uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }

/// A subscription to a clock: when it ends, on which host clock.
struct Deadline {
  std::size_t subscription;
  clockid_t clock;
  uint64_t time;

  uint64_t remaining() const {
    const uint64_t current = now(clock);
    return time > current ? time - current : 0;
  }
};

/// One poll_oneoff() in progress.
class Poll {
 public:
  Poll(const Call& call, std::vector<Subscription> subscriptions)
      : call_(call), subscriptions_(std::move(subscriptions)) {}

  /// Waits until there is something to tell. INTR if the run was interrupted.
  Errno run();
  const std::vector<Event>& events() const { return events_; }

 private:
  /// A subscription to a descriptor: which of `descriptors_` it asks for what.
  struct Wish {
    std::size_t subscription;
    std::size_t descriptor;
    short event;
  };

  void add(std::size_t index);
  void add_clock(std::size_t index);
  void add_descriptor(std::size_t index, EventType type);
  void report(std::size_t index, Errno error, uint64_t nbytes = 0, uint16_t flags = 0);
  void report_descriptor(const Wish& wish);
  bool collect(int ready);
  uint64_t time_to_wait() const;

  const Call& call_;
  std::vector<Subscription> subscriptions_;
  std::vector<Deadline> deadlines_;
  std::vector<pollfd> descriptors_;  ///< each but once: ppoll() takes no more than a process may have open
  std::map<int, std::size_t> positions_;  ///< in `descriptors_`, by host descriptor
  std::vector<Wish> wishes_;
  std::vector<Event> events_;
};

void Poll::report(std::size_t index, Errno error, uint64_t nbytes, uint16_t flags) {
  Event event;
  event.userdata = subscriptions_[index].userdata;
  event.error = error;
  event.type = static_cast<EventType>(subscriptions_[index].tag);
  event.nbytes = nbytes;
  event.flags = flags;
  events_.push_back(event);
}

void Poll::add_clock(std::size_t index) {
  const Subscription& subscription = subscriptions_[index];
  if ((subscription.flags & ~kSubclockAbstime) != 0) return report(index, Errno::inval);
  const bool absolute = (subscription.flags & kSubclockAbstime) != 0;
  switch (static_cast<ClockId>(subscription.clock_id_or_fd)) {
    case ClockId::realtime:
    case ClockId::monotonic: {
      const bool realtime = static_cast<ClockId>(subscription.clock_id_or_fd) == ClockId::realtime;
      // A span is a span even if someone sets the clock meanwhile.
      const clockid_t clock = realtime && absolute ? CLOCK_REALTIME : CLOCK_MONOTONIC;
      const uint64_t start = absolute ? 0 : now(clock);
      deadlines_.push_back({index, clock, saturating_add(start, subscription.timeout)});
      return;
    }
    // Nothing consumes processor time while the guest waits.
    case ClockId::process_cputime:
    case ClockId::thread_cputime:
      return report(index, Errno::notsup);
  }
  report(index, Errno::inval);
}

void Poll::add_descriptor(std::size_t index, EventType type) {
  const Rights right = type == EventType::fd_read ? rights::kFdRead : rights::kFdWrite;
  const uint32_t fd = subscriptions_[index].clock_id_or_fd;
  Result<Descriptor*> descriptor = call_.descriptors().get_file(fd, right | rights::kPollFdReadwrite);
  if (!descriptor) return report(index, descriptor.error());
  const short event = type == EventType::fd_read ? POLLIN : POLLOUT;
  const int host = (*descriptor)->host.get();
  const std::size_t position = positions_.try_emplace(host, descriptors_.size()).first->second;
  if (position == descriptors_.size()) descriptors_.push_back({host, 0, 0});
  descriptors_[position].events = static_cast<short>(descriptors_[position].events | event);
  wishes_.push_back({index, position, event});
}

void Poll::add(std::size_t index) {
  switch (static_cast<EventType>(subscriptions_[index].tag)) {
    case EventType::clock:
      return add_clock(index);
    case EventType::fd_read:
    case EventType::fd_write:
      return add_descriptor(index, static_cast<EventType>(subscriptions_[index].tag));
  }
}

/// Bytes that can be read at once; 0 where nobody knows.
uint64_t readable_bytes(int fd) {
  struct stat status = {};
  if (stat_of(fd, status) == 0 && S_ISREG(status.st_mode)) {
    const off_t position = lseek(fd, 0, SEEK_CUR);
    return position >= 0 && position < status.st_size ? static_cast<uint64_t>(status.st_size - position) : 0;
  }
  int count = 0;
  return ioctl(fd, FIONREAD, &count) == 0 && count > 0 ? static_cast<uint64_t>(count) : 0;
}

void Poll::report_descriptor(const Wish& wish) {
  const pollfd& result = descriptors_[wish.descriptor];
  if ((result.revents & POLLNVAL) != 0) return report(wish.subscription, Errno::badf);
  const bool hangup = (result.revents & (POLLHUP | POLLERR)) != 0;
  if (!hangup && (result.revents & wish.event) == 0) return;
  const uint64_t nbytes = wish.event == POLLIN ? readable_bytes(result.fd) : 0;
  report(wish.subscription, Errno::success, nbytes, hangup ? kEventHangup : uint16_t{0});
}

/// Makes events of what has come to pass; false if nothing has.
bool Poll::collect(int ready) {
  if (ready > 0) {
    for (const Wish& wish : wishes_) report_descriptor(wish);
  }
  for (const Deadline& deadline : deadlines_) {
    if (deadline.remaining() == 0) report(deadline.subscription, Errno::success);
  }
  return !events_.empty();
}

uint64_t Poll::time_to_wait() const {
  if (!events_.empty()) return 0;
  uint64_t time = kMaxSleep;
  for (const Deadline& deadline : deadlines_) time = std::min(time, deadline.remaining());
  return time;
}

Errno Poll::run() {
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) {
    if (subscriptions_[i].tag > static_cast<std::uint8_t>(EventType::fd_write)) return Errno::inval;
  }
  for (std::size_t i = 0; i < subscriptions_.size(); ++i) add(i);
  for (;;) {
    const auto ready = restarting(call_.caller, [this] {
      const uint64_t wait = time_to_wait();
      const timespec timeout = {static_cast<time_t>(wait / kNanosecondsPerSecond),
                                static_cast<long>(wait % kNanosecondsPerSecond)};
      return ppoll(descriptors_.data(), descriptors_.size(), &timeout, nullptr);
    });
    if (!ready) return Errno::intr;
    if (*ready < 0) return last_host_error();
    if (collect(*ready)) return Errno::success;
  }
}

}  // namespace

Answer poll_oneoff(Call& call, uint32_t in, uint32_t out, uint32_t nsubscriptions, uint32_t nevents_out) {
  if (nsubscriptions == 0 || nsubscriptions > kMaxSubscriptions) return Errno::inval;
  const auto input = call.memory.bytes(in, uint64_t{nsubscriptions} * sizeof(Subscription));
  if (!input || !call.memory.contains(out, uint64_t{nsubscriptions} * sizeof(Event)) ||
      !call.memory.contains(nevents_out, sizeof(uint32_t))) {
    return Errno::fault;
  }
  // A copy: the guest's buffers may overlap.
  std::vector<Subscription> subscriptions(nsubscriptions);
  std::copy(input->begin(), input->end(), reinterpret_cast<std::uint8_t*>(subscriptions.data()));
  Poll poll(call, std::move(subscriptions));
  const Errno error = poll.run();
  if (error == Errno::intr) return Answer::interrupted();
  if (error != Errno::success) return error;
  for (const Event& event : poll.events()) {
    if (!call.memory.write(out, event)) return Errno::fault;
    out += static_cast<uint32_t>(sizeof(Event));
  }
  const auto count = static_cast<uint32_t>(poll.events().size());
  return call.memory.write(nevents_out, count) ? Errno::success : Errno::fault;
}

}  // namespace wasmjet::wasi
