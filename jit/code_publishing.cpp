#include "jit/code_publishing.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jit/jit.hpp"

namespace wasmjet::jit {
namespace {

/// Lets every core forget what it may have fetched ahead (on AArch64 nothing else orders that). Kernels
/// without this command, before 4.16, leave it to the context switches and faults that such a core meets.
void synchronize_cores() {
  static const bool registered =
      syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0) == 0;
  if (registered) syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0);
}

}  // namespace

void publish_code(const std::uint8_t* begin, std::size_t bytes) {
  char* const first = const_cast<char*>(reinterpret_cast<const char*>(begin));
  __builtin___clear_cache(first, first + bytes);
  if (host_target() == Target::a64) synchronize_cores();
}

}  // namespace wasmjet::jit
