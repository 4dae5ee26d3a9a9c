#pragma once

#include "decoder/module.hpp"
#include "decoder/text/printer/text_output.hpp"

namespace wasmjet::text {

/// Prints a module in the text format (spec chapter 6), piece by piece to `sink`. Assembled, the text gives
/// an equivalent module; the same bytes, if the assembler made them. Fields stand in the order of the
/// sections. Names of the name section become identifiers. Custom sections, that one included, stand as
/// `(@custom ...)` annotations (spec appendix "Custom Annotations"), so that no byte of them is lost; branch
/// hints as annotations of their own. Precondition: validate_functions() accepts the module.
void print_module(const Module& module, TextSink sink);

}  // namespace wasmjet::text
