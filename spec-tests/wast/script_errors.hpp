#pragma once

#include <stdexcept>

#include "decoder/error.hpp"

namespace wasmjet::wast {

/// A command that does not hold.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A command that needs, or depends on a module that needs, a feature that this build does not execute.
/// what() names the feature.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs `action`, in which ModuleErrors about what is unsupported become Unsupported.
template <class Action>
auto supported(Action&& action) {
  try {
    return action();
  } catch (const ModuleError& error) {
    if (error.kind() == ModuleErrorKind::unsupported) throw Unsupported(error.what());
    throw;
  }
}

}  // namespace wasmjet::wast
