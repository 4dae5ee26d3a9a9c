#pragma once

#include "decoder/text/annotations.hpp"
#include "decoder/text/module_context.hpp"

namespace wasmjet::text {

/// What "(@name "text")" says, behind "(module $id?" (the tokens `of_module`) or behind the identifier of an
/// entity, becomes the name section (spec appendix "Name Section"); so do functions' identifiers if
/// `module.naming` says so. Refuses names that belong to nothing.
void write_name_section(const TokenCursor& cursor, TokenRange of_module, ModuleContext& module);

}  // namespace wasmjet::text
