#pragma once

#include <cstdint>
#include <vector>

#include "decoder/types.hpp"
#include "runtime/code_registry.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::x64 {

/// Position-independent machine code of one transition between host and Wasm.
struct Trampoline {
  std::vector<std::uint8_t> code;
  std::vector<CodeRow> rows;
};

/// See EnterFunction, Executor::host_stub and Executor::builtin_thunk.
Trampoline make_entry(const FuncType& type);
Trampoline make_host_stub(const FuncType& type);
Trampoline make_builtin_thunk(void* target);

}  // namespace wasmjet::jit::x64
