#pragma once

#include "cli/io.hpp"
#include "cli/options.hpp"

namespace wasmjet::cli::counts {

/// `wasmjet profile` with --count or --coverage: runs the program in the interpreter that counts. Returns the
/// exit code, as run_command() does.
int count_command(const ProfileOptions& options, const StandardDescriptors& descriptors);

}  // namespace wasmjet::cli::counts
