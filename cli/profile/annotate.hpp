#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "cli/profile/profile.hpp"
#include "cli/profile/style.hpp"
#include "runtime/store.hpp"

namespace wasmjet::cli::profile {

/// Where code comes from. `file` is the module's to choose.
struct SourceLine {
  std::string file;
  std::uint32_t line = 0;

  friend bool operator==(const SourceLine&, const SourceLine&) = default;
};

/// The source line of an instruction, by its offset in the module; nothing where that is not known. May be
/// empty.
using SourceLines = std::function<std::optional<SourceLine>(const Instance& instance, std::uint32_t offset)>;

/// Loads what annotate() needs, while files are within reach. Throws std::runtime_error.
void prepare_annotate();

/// The code of every function that `wanted` (an index, or a name as it is shown or as it stands in the
/// module) means, with the samples at each instruction: Wasm, indented by its blocks and followed by the
/// machine code that came from it; of an interpreted function, Wasm alone. Of samples that were taken while
/// the function itself was running.
std::string annotate(const Profile& profile, const Store& store, const std::string& wanted,
                     const SourceLines& source, const Style& style);

}  // namespace wasmjet::cli::profile
