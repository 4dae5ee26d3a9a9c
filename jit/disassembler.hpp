#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "decoder/module.hpp"
#include "jit/jit.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::jit {

/// Name of a function by its index, for headings and calls.
using FunctionNamer = std::function<std::string(std::uint32_t)>;
/// The source line of the instruction at an offset in the module; "" where it is unknown.
using LineNamer = std::function<std::string(std::uint32_t)>;

/// A line of a function's code.
struct ListingLine {
  enum class Kind : std::uint8_t { wasm, label, machine };
  Kind kind = Kind::machine;
  std::uint32_t offset = 0;  ///< in the module; of labels and machine code, from the function's first byte
  std::string text;          ///< an instruction, the label's name
};

/// The code of defined function `function`: each Wasm instruction is followed by the machine instructions
/// that come from it, as disassemble() has it. Empty if `code` has no such function or it is interpreted.
std::vector<ListingLine> list_code(const Module& module, const ModuleCode& code, std::uint32_t function,
                                   const FunctionNamer& name, Target target = host_target());

/// Loads what disassembling needs, which may be a library. Throws std::runtime_error.
void prepare_disassembler(Target target = host_target());

/// The machine code of defined function `function` as text: a heading, then each Wasm instruction
/// (offset in the module, text), followed by the machine instructions that come from it. Instructions that
/// were fused with a later one have none. Jump targets are L1, L2, ... in order of their places; calls within
/// the module name the callee; jump tables and constants are shown as data. Places are offsets from the
/// function's first byte, so the text does not depend on where the code lies.
///
/// With `line`, what begins another line of source has a line "; LINE" before it.
///
/// `code` should have been compiled with CompileOptions::instruction_map, else there are no Wasm
/// instructions in the text. `target` is what it was compiled for. "" if `code` has no such function.
std::string disassemble(const Module& module, const ModuleCode& code, std::uint32_t function,
                        const FunctionNamer& name, Target target = host_target(), const LineNamer& line = {});

}  // namespace wasmjet::jit
