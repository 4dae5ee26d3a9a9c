#include <sys/random.h>

#include <algorithm>

#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

namespace {

/// Small enough that an interrupt does not wait: a signal does not end getrandom() early.
constexpr std::size_t kChunk = 1 << 20;

}  // namespace

Answer random_get(Call& call, uint32_t buf, uint32_t buf_len) {
  const auto bytes = call.memory.bytes(buf, buf_len);
  if (!bytes) return Errno::fault;
  std::span<std::uint8_t> rest = *bytes;
  while (!rest.empty()) {
    const auto filled =
        restarting(call.caller, [&rest] { return getrandom(rest.data(), std::min(rest.size(), kChunk), 0); });
    if (!filled) return Answer::interrupted();
    if (*filled < 0) return last_host_error();
    rest = rest.subspan(static_cast<std::size_t>(*filled));
  }
  return Errno::success;
}

}  // namespace wasmjet::wasi
