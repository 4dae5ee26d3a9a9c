#pragma once

#include <cstddef>
#include <string>

#include "cli/profile/profile.hpp"
#include "cli/profile/style.hpp"

namespace wasmjet::cli::profile {

/// The report for people: what was measured, the hottest functions, what waited, the call tree, the hottest
/// loops. Tables have at most `top` rows.
std::string report_text(const Profile& profile, std::size_t top, const Style& style);

/// "name", for a host function "module.name". Fit for a terminal.
std::string display_name(const Function& function);

}  // namespace wasmjet::cli::profile
