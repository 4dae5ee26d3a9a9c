#pragma once

#include <cstdint>

namespace wasmjet {

/// Name of the feature that an encoding belongs to if it is none of WebAssembly 2.0 without vectors but one
/// of a later standard, else nullptr. Lets the error name the feature instead of calling the module broken.
constexpr const char* feature_of_opcode(std::uint8_t opcode) {
  switch (opcode) {
    case 0x06:
    case 0x07:
    case 0x08:
    case 0x09:
    case 0x0A:
    case 0x18:
    case 0x19:
    case 0x1F:
      return "exception handling";
    case 0x12:
    case 0x13:
      return "tail calls";
    case 0x14:
    case 0x15:
    case 0xD4:
    case 0xD5:
    case 0xD6:
      return "typed function references";
    case 0xD3:
    case 0xFB:
      return "garbage collection";
    case 0xFD:
      return "vector instructions";
    case 0xFE:
      return "threads";
    default:
      return nullptr;
  }
}

/// Likewise for the first byte of a value, reference or heap type.
constexpr const char* feature_of_type(std::uint8_t code) {
  switch (code) {
    case 0x7B:
      return "vector types (v128)";
    case 0x63:
    case 0x64:
      return "typed function references";
    case 0x69:
    case 0x74:
      return "exception handling";
    case 0x6A:
    case 0x6B:
    case 0x6C:
    case 0x6D:
    case 0x6E:
    case 0x71:
    case 0x72:
    case 0x73:
      return "garbage collection";
    default:
      return nullptr;
  }
}

/// Likewise for the first byte of an entry of the type section.
constexpr const char* feature_of_type_form(std::uint8_t code) {
  switch (code) {
    case 0x4E:
    case 0x4F:
    case 0x50:
    case 0x5E:
    case 0x5F:
      return "garbage collection";
    default:
      return nullptr;
  }
}

/// Likewise for the flags byte of limits.
constexpr const char* feature_of_limits(std::uint8_t flags) {
  if (flags == 2 || flags == 3) return "shared memories";
  if (flags >= 4 && flags <= 7) return "64-bit memories and tables";
  return nullptr;
}

}  // namespace wasmjet
