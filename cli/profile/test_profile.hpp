#pragma once

#include "cli/profile/profile.hpp"

namespace wasmjet::cli::profile {

/// main (10 samples in itself) calls burn (60), burn calls itself (20) and a host function (8, and 5
/// waiting); main also calls the host function (2).
inline Profile small_profile() {
  Profile profile;
  profile.command = "m.wasm argument";
  profile.tier = "compiler";
  profile.ended = "with exit code 0";
  profile.seconds = 0.11;
  profile.rate = 1000;
  profile.samples = 110;
  profile.outside = 5;
  profile.blocked = 5;
  profile.functions = {{"main", "m.wasm", Category::guest, 0, 3, false},
                       {"burn", "m.wasm", Category::guest, 0, 4, false},
                       {"fd_write", "wasi_snapshot_preview1", Category::host}};
  profile.nodes = {{0, kNone, 0, 0, 0}, {0, 0, 10, 0, 0}, {1, 1, 60, 0, 0},
                   {2, 1, 20, 0, 0},    {3, 2, 8, 5, 0},  {1, 2, 2, 0, 0}};
  add_totals(profile.nodes);
  profile.places.resize(3);
  profile.places[1] = {{0x20, 7, 80, 0}};
  profile.loops = {{1, 0x1e, 0x30, 1, 80, 88}};
  for (int i = 0; i < 60; ++i) profile.moments.push_back({static_cast<double>(i), 2, false});
  profile.moments.push_back({61, 4, true});
  profile.moments.push_back({62, 0, false});
  return profile;
}

}  // namespace wasmjet::cli::profile
