#pragma once

#include <memory>

#include "jit/instruction_decoder.hpp"

namespace wasmjet::jit::x64 {

/// Disassembler for x86-64 (Zydis).
std::unique_ptr<InstructionDecoder> make_decoder();

}  // namespace wasmjet::jit::x64
