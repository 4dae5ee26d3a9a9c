#pragma once

#include <string>

#include "cli/profile/profile.hpp"
#include "cli/profile/style.hpp"
#include "runtime/store.hpp"

namespace wasmjet::cli::profile {

/// Loads what annotate() needs, while files are within reach. Throws std::runtime_error.
void prepare_annotate();

/// The code of every function that `wanted` (an index, or a name as it is shown or as it stands in the
/// module) means, with the samples at each instruction: Wasm, indented by its blocks and followed by the
/// machine code that came from it; of an interpreted function, Wasm alone. Lines of source stand before what
/// came from them, where the module tells them. Of samples that were taken while the function itself was
/// running.
std::string annotate(const Profile& profile, const Store& store, const std::string& wanted,
                     const Style& style);

}  // namespace wasmjet::cli::profile
