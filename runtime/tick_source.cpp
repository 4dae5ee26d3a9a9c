#include "runtime/tick_source.hpp"

#include "runtime/processors.hpp"

namespace wasmjet {

std::unique_ptr<TickSource> make_tick_source(int signal) {
  return usable_processors() > 1 ? make_thread_ticks(signal) : make_timer_ticks(signal);
}

}  // namespace wasmjet
