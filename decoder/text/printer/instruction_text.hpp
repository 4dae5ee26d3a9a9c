#pragma once

#include <cstdint>
#include <string>

#include "decoder/module.hpp"

namespace wasmjet::text {

/// An instruction as text, and where the next one begins.
struct InstructionText {
  std::string text;
  std::uint32_t next = 0;  ///< offset in the module
};

/// The instruction at `offset` of a validated module in the text format's words, on one line: opcode and
/// immediates, as in "i32.load offset=8 align=4", "br_table 0 1 2", "call 7".
InstructionText instruction_text(const Module& module, std::uint32_t offset);

}  // namespace wasmjet::text
