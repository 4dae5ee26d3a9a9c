#pragma once

#include <string>

#include "cli/profile/profile.hpp"

namespace wasmjet::cli::profile {

// Reports for programs. Names that are no UTF-8 get replacement characters.

/// All of a profile but its moments, as JSON; docs/profiling.md says what is in it.
std::string report_json(const Profile& profile);

/// For https://www.speedscope.app: what ran and what waited, as two profiles in the order of time.
std::string report_speedscope(const Profile& profile);

/// For https://profiler.firefox.com: its "processed profile" format.
std::string report_firefox(const Profile& profile);

/// A line "caller;callee;... samples" for each chain of functions that was seen running. ';' in names is ':'.
std::string report_folded(const Profile& profile);

}  // namespace wasmjet::cli::profile
