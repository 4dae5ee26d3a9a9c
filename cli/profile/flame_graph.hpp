#pragma once

#include <string>

#include "cli/profile/profile.hpp"

namespace wasmjet::cli::profile {

/// A flame graph of what ran: an SVG that needs nothing else. Browsers let one zoom (click), search (a field,
/// or
/// `#search=TEXT` behind the file's name) and see a frame's numbers; without scripts it is still a picture.
std::string flame_graph(const Profile& profile);

}  // namespace wasmjet::cli::profile
