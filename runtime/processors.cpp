#include "runtime/processors.hpp"

#include <sched.h>

namespace wasmjet {

unsigned usable_processors() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  // A failure means more than the set has bits.
  if (sched_getaffinity(0, sizeof processors, &processors) != 0) return CPU_SETSIZE;
  const int count = CPU_COUNT(&processors);
  return count < 1 ? 1 : static_cast<unsigned>(count);
}

}  // namespace wasmjet
