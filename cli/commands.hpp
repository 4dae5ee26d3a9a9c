#pragma once

#include "cli/io.hpp"
#include "cli/options.hpp"
#include "cli/run_observer.hpp"

namespace wasmjet::cli {

/// The subcommands. Each returns the command's exit code (see exit_codes.hpp), having printed its own
/// errors; what it throws is wasmjet's own failure.
int run_command(const RunOptions& options, const StandardDescriptors& descriptors,
                RunObserver* observer = nullptr);
int profile_command(const ProfileOptions& options, const StandardDescriptors& descriptors);
int validate_command(const ValidateOptions& options);
int inspect_command(const InspectOptions& options);
int wast_command(const WastOptions& options);

}  // namespace wasmjet::cli
