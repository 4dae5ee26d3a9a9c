#pragma once

#include <asmjit/x86.h>

namespace wasmjet::jit::x64 {

/// The beginnings of the thunks of memory.copy and memory.fill: up to kMostSmallBulk bytes of memory 0 are
/// moved or set without a call of the runtime, which takes longer than they do. They use the arguments of the
/// builtin, Abi's fixed registers and registers that no callee keeps, link no frame, and return 0. For all
/// else they go on at `slow`, with nothing changed: more bytes, other memories, what is out of bounds, and a
/// store to be interrupted.
void emit_small_copy(asmjit::x86::Assembler& a, const asmjit::Label& slow);
void emit_small_fill(asmjit::x86::Assembler& a, const asmjit::Label& slow);

}  // namespace wasmjet::jit::x64
