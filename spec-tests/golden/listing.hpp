#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decoder/module.hpp"
#include "jit/jit.hpp"

namespace wasmjet::testing {

/// The machine code of every function of a module in the text format, for the golden files: each Wasm
/// instruction with what was emitted for it. No line depends on the host's CPU, on the build, on where code
/// lies or on how long the code before it is: places are labels, data is named, fillers are left out, calls
/// of the runtime bear the name of their builtin. Throws text::TextError, ModuleError.
std::string golden_listing(const std::string& text, jit::Target target, bool baseline_cpu);

/// All different AArch64 instructions of a module (text or binary), one a line: the word in hexadecimal, a
/// tab, and the text that the GNU assembler takes; places are relative to the instruction (". + 8").
std::string encodings(const std::vector<std::uint8_t>& bytes);

/// The identifiers of all instructions in the bodies of such a module, one a line.
std::string opcodes_used(const std::string& text);

/// The identifiers of all instructions that are executed, one a line.
std::string opcodes_executed();

}  // namespace wasmjet::testing
