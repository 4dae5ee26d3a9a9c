#pragma once

namespace wasmjet {

/// How many processors the process may use, at least 1. Asked of the kernel: the C++ library reads a file,
/// which a sandbox forbids.
unsigned usable_processors();

}  // namespace wasmjet
