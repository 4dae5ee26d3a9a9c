#pragma once

#include <span>

#include "runtime/host_function.hpp"
#include "wasi/wasi.hpp"

namespace wasmjet::wasi {

/// One function of wasi_snapshot_preview1.
struct Function {
  const char* name;
  FuncType (*type)();
  HostResult (*call)(WasiContext& context, Caller& caller, Value* values);
};

/// All of them, sorted by name.
std::span<const Function> functions();

}  // namespace wasmjet::wasi
