#include "runtime/tick_source.hpp"

#include <sched.h>

namespace wasmjet {
namespace {

/// A failure means more processors than cpu_set_t has bits.
bool has_several_processors() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  return sched_getaffinity(0, sizeof processors, &processors) != 0 || CPU_COUNT(&processors) > 1;
}

}  // namespace

std::unique_ptr<TickSource> make_tick_source(int signal) {
  return has_several_processors() ? make_thread_ticks(signal) : make_timer_ticks(signal);
}

}  // namespace wasmjet
