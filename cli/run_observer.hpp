#pragma once

#include <vector>

#include "cli/sandbox/needs.hpp"
#include "runtime/trap_report.hpp"

namespace wasmjet::cli {

class Session;
struct LoadedModule;

/// Whoever goes along with a run: run_command() calls these in their order, on the thread that runs the
/// guest.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  /// There is a store, but nothing in it: no module has been read.
  virtual void began(Session& session) = 0;
  /// What touches files has been done. What is not among `needs` is out of reach from now on (`--sandbox`).
  /// `modules` are in the order in which they will be instantiated.
  virtual void loaded(const std::vector<LoadedModule>& modules, sandbox::Needs& needs) = 0;
  /// Files are out of reach, also for threads that are begun now; none can be begun later.
  virtual void confined() = 0;
  /// The guest is left by a trap; `timed_out`: it is the deadline's. ended() follows.
  virtual void trapped(const Trap& trap, bool timed_out) = 0;
  /// The guest has ended, by whatever way; its store is still there, no deadline holds any more. Not called
  /// where a module could not be run at all.
  virtual void ended(Session& session, int exit_code) = 0;
};

}  // namespace wasmjet::cli
