#pragma once

namespace wasmjet::cli {

/// What the command returns when it is not the guest's own exit status (0 to 255).
inline constexpr int kExitSuccess = 0;
inline constexpr int kExitTimeout = 124;    ///< `--timeout` ended the run
inline constexpr int kExitFailure = 125;    ///< wasmjet's own failure, wrong usage included
inline constexpr int kExitBadModule = 126;  ///< found, but malformed, invalid or not linkable
inline constexpr int kExitNotFound = 127;   ///< not found, or cannot be read
inline constexpr int kExitTrap = 134;       ///< the guest trapped

}  // namespace wasmjet::cli
