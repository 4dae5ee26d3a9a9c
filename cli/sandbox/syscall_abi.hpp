#pragma once

#include <linux/audit.h>

#include <cstdint>

namespace wasmjet::cli::sandbox {

/// How the kernel calls the system call interface that this program was built for (`seccomp_data::arch`).
#if defined(__x86_64__)
inline constexpr std::uint32_t kAuditArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
inline constexpr std::uint32_t kAuditArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "no system call filter for this architecture"
#endif

/// Numbers from here on are those of x32, which shares x86-64's architecture; elsewhere there are none.
inline constexpr std::uint32_t kFirstForeignNumber = 0x40000000;

}  // namespace wasmjet::cli::sandbox
