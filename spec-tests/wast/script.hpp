#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/engine.hpp"

namespace wasmjet::wast {

/// How a command of a script ended. `unsupported`: it needs a feature that this build does not have.
enum class Status : std::uint8_t { pass, fail, unsupported };
std::string_view to_string(Status status);

struct CommandResult {
  std::uint32_t line = 0;
  std::string kind;  ///< the command's name: "module", "assert_return", ...
  Status status = Status::pass;
  std::string detail;  ///< why it is no pass
};

/// Takes results one by one: a hostile script may have more of them than memory holds.
using ResultSink = std::function<void(const CommandResult&)>;

/// Runs a spec script (its grammar: interpreter/README.md of the WebAssembly specification) in a store of
/// its own and tells how each command ended, in order. A text that is no script, even in part, has failed
/// commands; a text of module fields alone is one module.
void run_script(Engine& engine, std::string_view text, const ResultSink& sink);

}  // namespace wasmjet::wast
