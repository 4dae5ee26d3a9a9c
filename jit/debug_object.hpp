#pragma once

#include <vector>

#include "jit/code_observer.hpp"
#include "jit/jit.hpp"

namespace wasmjet::jit {

/// An ELF file that describes code at its place in memory and holds none of it: symbols, DWARF 4 with its
/// functions and lines, and call frame information.
std::vector<char> make_debug_object(const NewCode& code, Target target = host_target());

}  // namespace wasmjet::jit
