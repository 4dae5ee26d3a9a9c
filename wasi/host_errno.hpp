#pragma once

#include "wasi/abi.hpp"

namespace wasmjet::wasi {

/// The WASI errno for the host's `error` (an errno value). Values without a counterpart become `io`.
Errno from_host(int error);
/// The WASI errno for the calling thread's `errno`.
Errno last_host_error();

}  // namespace wasmjet::wasi
