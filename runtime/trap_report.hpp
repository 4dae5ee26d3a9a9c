#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/trap.hpp"

namespace wasmjet {

class CompiledModule;

/// One Wasm function of a backtrace.
struct TraceFrame {
  std::uint64_t number = 0;    ///< 0 is the innermost; jumps where frames were left out
  std::uint32_t function = 0;  ///< index in the function index space
  std::string name;            ///< from the name section, else "func[N]"; may hold control characters
  std::string module;          ///< name of the instance
  std::uint64_t offset = 0;    ///< of the instruction, from the start of the module's bytes
  /// What `function` and `offset` are of: knows the source line (CompiledModule::source_lines()).
  std::shared_ptr<const CompiledModule> code = nullptr;
};

/// Why a call or an instantiation did not finish, and where (spec 4.2.1, "trap").
struct Trap {
  TrapCode code = TrapCode::none;
  std::string message;            ///< the spec's wording; for TrapCode::host the host function's own
  std::uint32_t exit_status = 0;  ///< for TrapCode::exit
  /// Innermost first. Of deep stacks only the innermost and the outermost frames are kept.
  std::vector<TraceFrame> frames;
  std::uint64_t depth = 0;  ///< Wasm frames there were in all
};

}  // namespace wasmjet
