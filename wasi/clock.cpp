#include "wasi/clock.hpp"

#include <optional>

#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

namespace {

std::optional<clockid_t> host_clock(uint32_t id) {
  switch (static_cast<ClockId>(id)) {
    case ClockId::realtime:
      return CLOCK_REALTIME;
    case ClockId::monotonic:
      return CLOCK_MONOTONIC;
    case ClockId::process_cputime:
      return CLOCK_PROCESS_CPUTIME_ID;
    case ClockId::thread_cputime:
      return CLOCK_THREAD_CPUTIME_ID;
  }
  return std::nullopt;
}

uint64_t nanoseconds(const timespec& time) {
  if (time.tv_sec < 0) return 0;
  return static_cast<uint64_t>(time.tv_sec) * kNanosecondsPerSecond + static_cast<uint64_t>(time.tv_nsec);
}

template <class Query>
Answer query_clock(const Call& call, uint32_t id, uint32_t out, Query query) {
  const std::optional<clockid_t> clock = host_clock(id);
  if (!clock) return Errno::inval;
  timespec time = {};
  if (query(*clock, &time) != 0) return last_host_error();
  return call.memory.write(out, nanoseconds(time)) ? Errno::success : Errno::fault;
}

}  // namespace

uint64_t now(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return nanoseconds(time);
}

Answer clock_res_get(Call& call, uint32_t id, uint32_t resolution_out) {
  return query_clock(call, id, resolution_out, clock_getres);
}

Answer clock_time_get(Call& call, uint32_t id, uint64_t, uint32_t time_out) {
  return query_clock(call, id, time_out, clock_gettime);
}

}  // namespace wasmjet::wasi
