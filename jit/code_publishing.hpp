#pragma once

#include <cstddef>
#include <cstdint>

namespace wasmjet::jit {

/// Makes code that was written to [begin, begin + bytes), or to another mapping of those pages, what every
/// core executes there: to be called before anybody learns of the address.
void publish_code(const std::uint8_t* begin, std::size_t bytes);

}  // namespace wasmjet::jit
