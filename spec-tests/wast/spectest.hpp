#pragma once

#include "runtime/linker.hpp"

namespace wasmjet::wast {

/// Defines the host module `spectest` that scripts import from (its functions take their arguments and do
/// nothing). One memory and one table, whoever imports them.
void define_spectest(Linker& linker);

}  // namespace wasmjet::wast
