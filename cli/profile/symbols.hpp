#pragma once

#include "cli/profile/profile.hpp"
#include "runtime/sampler.hpp"
#include "runtime/store.hpp"

namespace wasmjet::cli::profile {

/// Makes of what a sampler has counted what a report tells: names for addresses, one node for all places of a
/// function, loops. `store` is where the code that was sampled is instantiated. Does not set what only the
/// command knows: Profile::command, tier, ended, load_seconds.
Profile make_profile(const Sampler& sampler, const Store& store);

}  // namespace wasmjet::cli::profile
