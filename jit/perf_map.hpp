#pragma once

#include <memory>
#include <string>

#include "jit/code_observer.hpp"

namespace wasmjet::jit {

/// A file that an observer writes to. It is open from the beginning, so that writing needs no access to the
/// file system.
struct ObserverFile {
  std::shared_ptr<CodeObserver> observer;
  int descriptor = -1;  ///< owned by the observer
};

/// Writes /tmp/perf-PID.map, in which `perf report` looks for the names of code in anonymous memory. A file
/// of that name that is there already is replaced, not written to. Throws std::system_error.
ObserverFile make_perf_map();

/// Writes jit-PID.dump into the present folder: code, names and lines, for `perf inject --jit`. It finds the
/// file in a recording that was made with the clock of its times (`perf record -k 1`), as the file's first
/// page is mapped executable. A file of that name that is there already is replaced. Throws
/// std::system_error.
ObserverFile make_jitdump();

}  // namespace wasmjet::jit
