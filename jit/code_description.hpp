#pragma once

#include <string>
#include <string_view>

#include "jit/code_observer.hpp"
#include "jit/compiled_code.hpp"
#include "jit/jit.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::jit {

/// `name` as tools take it: of characters that have a shape and are no space, others as \xNN or `_`; cut
/// where it is long.
std::string symbol_name(std::string_view name);

/// Names, and if `with_lines` lines of source, of a module's code. `marks` say where instructions begin;
/// `options` what the module is called and where its code comes from. A function of which no line is known
/// has its instructions' offsets in the module as lines.
NewCode describe_module(const Module& module, const CompiledCode& code, const CompileOptions& options,
                        Target target, bool with_lines);

}  // namespace wasmjet::jit
