#pragma once

#include <vector>

#include "jit/code_observer.hpp"
#include "jit/unwind_rules.hpp"

// The DWARF sections of a debug object, for code at its place in memory.
namespace wasmjet::jit {

/// .debug_abbrev, the same for all.
std::vector<char> make_debug_abbrev();
/// .debug_info: a unit of all code, in it its functions.
std::vector<char> make_debug_info(const NewCode& code);
/// .debug_line: a sequence each function.
std::vector<char> make_debug_line(const NewCode& code);
/// .debug_frame: an entry each symbol.
std::vector<char> make_debug_frame(const NewCode& code, const UnwindRules& rules);

}  // namespace wasmjet::jit
