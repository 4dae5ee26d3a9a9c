#pragma once

#include "runtime/layout.hpp"

namespace wasmjet {

/// The C function behind a builtin, as Executor::builtin_thunk wants it. Its arguments are those of
/// `Builtin`'s description; a TrapCode that it returns fills the whole result register and stands in
/// EntryRecord::pending too.
void* builtin_target(Builtin builtin);

}  // namespace wasmjet
