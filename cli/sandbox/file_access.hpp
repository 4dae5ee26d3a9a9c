#pragma once

#include <cstdint>

/// Landlock's numbers (linux/landlock.h), named here because the headers of the C library may be older than
/// the kernel that the program meets.
namespace wasmjet::cli::sandbox::access {

inline constexpr std::uint64_t kExecute = 1 << 0;
inline constexpr std::uint64_t kWriteFile = 1 << 1;
inline constexpr std::uint64_t kReadFile = 1 << 2;
inline constexpr std::uint64_t kReadDir = 1 << 3;
inline constexpr std::uint64_t kRemoveDir = 1 << 4;
inline constexpr std::uint64_t kRemoveFile = 1 << 5;
inline constexpr std::uint64_t kMakeChar = 1 << 6;
inline constexpr std::uint64_t kMakeDir = 1 << 7;
inline constexpr std::uint64_t kMakeReg = 1 << 8;
inline constexpr std::uint64_t kMakeSock = 1 << 9;
inline constexpr std::uint64_t kMakeFifo = 1 << 10;
inline constexpr std::uint64_t kMakeBlock = 1 << 11;
inline constexpr std::uint64_t kMakeSym = 1 << 12;
inline constexpr std::uint64_t kRefer = 1 << 13;     ///< from ABI 2 on; forbidden before
inline constexpr std::uint64_t kTruncate = 1 << 14;  ///< from ABI 3 on; allowed before
inline constexpr std::uint64_t kIoctlDev = 1 << 15;  ///< from ABI 5 on; allowed before

/// All that an ABI version knows.
constexpr std::uint64_t known(int abi) {
  std::uint64_t all = kRefer - 1;
  if (abi >= 2) all |= kRefer;
  if (abi >= 3) all |= kTruncate;
  if (abi >= 5) all |= kIoctlDev;
  return all;
}

/// What changes nothing.
inline constexpr std::uint64_t kReading = kReadFile | kReadDir | kIoctlDev;
/// A rename or a link makes a file of any kind in its new place.
inline constexpr std::uint64_t kMakeAny =
    kMakeChar | kMakeDir | kMakeReg | kMakeSock | kMakeFifo | kMakeBlock | kMakeSym;

}  // namespace wasmjet::cli::sandbox::access
