#pragma once

#include "decoder/module.hpp"

namespace wasmjet {

/// Throws ModuleError{unsupported} if the module, although valid, declares what this runtime cannot
/// represent: vectors in signatures and globals, references other than to any function or host object,
/// 64-bit, shared or several memories, 64-bit tables, structures, arrays, tags.
void require_executable(const Module& module);

}  // namespace wasmjet
