#include "cli/code_tools.hpp"

#include <system_error>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#ifdef WASMJET_JIT
#include "jit/gdb_interface.hpp"
#include "jit/perf_map.hpp"
#endif

namespace wasmjet::cli {

#ifdef WASMJET_JIT

CodeTools CodeTools::open(const RunOptions& options) {
  CodeTools tools;
  if (options.gdb) tools.observers.push_back(jit::make_gdb_interface());
  if (options.perf == PerfMode::off) return tools;
  try {
    jit::ObserverFile file = options.perf == PerfMode::map ? jit::make_perf_map() : jit::make_jitdump();
    tools.outputs.push_back(file.descriptor);
    tools.observers.push_back(std::move(file.observer));
  } catch (const std::system_error& error) {
    throw CommandError{kExitFailure, std::string("--perf: ") + error.what()};
  }
  return tools;
}

#else

CodeTools CodeTools::open(const RunOptions& options) {
  if (options.gdb || options.perf != PerfMode::off) {
    throw UsageError{"--perf and --gdb are for compiled code; this build has no compiler"};
  }
  return {};
}

#endif

}  // namespace wasmjet::cli
