#pragma once

#include <cstdint>
#include <stdexcept>

namespace wasmjet {

/// What the code of one store may use of the host.
struct StoreLimits {
  std::uint64_t max_memory_bytes = UINT64_MAX;  ///< all linear memories together
  /// Address space for each memory. Below 8 GiB and a page, code compares every address with the size.
  std::uint64_t max_reserved_bytes = UINT64_MAX;
  std::uint64_t max_stack_bytes = 1024 * 1024;    ///< native stack below the outermost entry
  std::uint64_t max_table_elements = 10'000'000;  ///< all tables together
};

/// The host or StoreLimits cannot give what a module declares as its initial size.
class ResourceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace wasmjet
