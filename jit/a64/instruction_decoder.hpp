#pragma once

#include <memory>

#include "jit/instruction_decoder.hpp"

namespace wasmjet::jit::a64 {

/// Disassembler for AArch64 (Capstone).
std::unique_ptr<InstructionDecoder> make_decoder();

}  // namespace wasmjet::jit::a64
