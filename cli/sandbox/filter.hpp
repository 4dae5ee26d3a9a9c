#pragma once

#include <linux/filter.h>

#include <span>
#include <vector>

#include "cli/sandbox/needs.hpp"

namespace wasmjet::cli::sandbox {

/// The seccomp program that lets `allowed` through. All else fails with EPERM (clone3 with ENOSYS, so that a
/// C library falls back on clone), and a call in another ABI (32-bit, x32) ends the process.
///
/// EPERM rather than death: the code that makes a call which is not in the list is either the guest's after a
/// break-out, which gets nothing in both cases, or a library's that tries something it can do without; a
/// user's program is not to die of that. No library changes the ABI.
std::vector<sock_filter> make_filter(std::span<const Allowance> allowed);

/// Puts the filter on all threads of the process, for good. 0, or the errno.
int install_filter(std::span<const sock_filter> filter);

}  // namespace wasmjet::cli::sandbox
