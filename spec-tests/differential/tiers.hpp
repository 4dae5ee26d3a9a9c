#pragma once

/// What differential tests compare: every way in which this build can run a module.

#include <memory>
#include <string>
#include <vector>

#include "runtime/linker.hpp"
#include "spec-tests/module_builder.hpp"

namespace wasmjet::testing {

struct Tier {
  std::string name;
  std::unique_ptr<Executor> (*make_executor)();
};

/// The interpreter; with the compiler built in: its code for this CPU, and its code for the baseline.
const std::vector<Tier>& tiers();

/// A module that runs in a tier.
struct TierInstance {
  TierInstance(const Tier& tier, const Bytes& module, StoreLimits limits = {});

  std::string tier;
  Engine engine;
  Store store;
  Linker linker;
  Instance* instance = nullptr;
};

}  // namespace wasmjet::testing
