#pragma once

#include <cstdint>

/// Call frame instructions (DWARF 5, section 7.24).
namespace wasmjet::jit::call_frame {

inline constexpr std::uint8_t kNop = 0x00;
inline constexpr std::uint8_t kAdvance2 = 0x03;        ///< as advance(); 2 bytes
inline constexpr std::uint8_t kOffsetExtended = 0x05;  ///< register, offset
inline constexpr std::uint8_t kDefineCfa = 0x0C;       ///< register, offset
inline constexpr std::uint8_t kCfaRegister = 0x0D;     ///< register
inline constexpr std::uint8_t kCfaOffset = 0x0E;       ///< offset

/// What follows holds from `units` of code further on.
constexpr std::uint8_t advance(unsigned units) { return static_cast<std::uint8_t>(0x40 | units); }
/// The caller's value of `reg` stands at an offset from the frame's address, which follows.
constexpr std::uint8_t offset(unsigned reg) { return static_cast<std::uint8_t>(0x80 | reg); }

}  // namespace wasmjet::jit::call_frame
