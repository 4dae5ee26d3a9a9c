#pragma once

#include <cstdint>

namespace wasmjet::detail {

/// What to say of an opcode that some runtimes have and this one has not; nullptr if it is none of these. So
/// a module that uses it is refused with its name instead of as malformed.
constexpr const char* foreign_opcode(std::uint8_t code) {
  switch (code) {
    case 0x06:
    case 0x07:
    case 0x09:
    case 0x18:
    case 0x19:
      return "legacy exception handling (try, catch, rethrow, delegate)";
    default:
      return nullptr;
  }
}

}  // namespace wasmjet::detail
