#pragma once

#include <optional>
#include <string>

namespace wasmjet::cli {

/// Sends the log to standard error from `level` on; nothing at all is logged without a level.
void set_up_logging(const std::optional<std::string>& level);

}  // namespace wasmjet::cli
