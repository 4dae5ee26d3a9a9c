#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "decoder/module.hpp"

namespace wasmjet::text {

/// Whether the condition of the instruction at this offset in Module::bytes is likely to hold.
struct BranchHint {
  std::uint32_t offset;
  bool likely;
};

/// The hints of a custom section "metadata.code.branch_hint" (branch hinting proposal), by ascending offset.
/// Nothing if annotations cannot say what the section says: if it is not as the proposal wants it, has a hint
/// where no `if` or `br_if` stands, or does not stand directly before the code.
std::optional<std::vector<BranchHint>> read_branch_hints(const Module& module, const SectionInfo& section);

}  // namespace wasmjet::text
