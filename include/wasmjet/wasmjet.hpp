#pragma once

/// wasmjet's public interface for C++ programs that run WebAssembly inside themselves.
///
///     auto engine = wasmjet::make_engine();
///     auto module = wasmjet::CompiledModule::decode(*engine, bytes, "app");
///     wasmjet::Store store(*engine);
///     wasmjet::Linker linker(store);
///     linker.define_function("env", "log", {{wasmjet::kI32}, {}}, callback);
///     wasmjet::Instantiated app = linker.instantiate(module);
///     wasmjet::Outcome outcome = app.instance->find_function("run").call();
///
/// Ownership. An Engine outlives the modules and stores made with it. Modules are shared pointers. A Store
/// owns all that runs in it: instances, host functions, memories, tables, globals; Func and the pointers in
/// Extern are handles that are valid as long as the store.
///
/// Errors. Decoding and compiling throw ModuleError; linking LinkError; sizes past StoreLimits
/// ResourceError. A trap is no exception: it is part of Outcome and Instantiated. Callbacks may throw
/// std::exception, which arrives at the caller of Func::call as a trap with its text.
///
/// Threads. Engine and CompiledModule may be used by any number of threads. A store is used by one thread
/// at a time; Store::interrupt and Store::request_interrupt may be called from every thread.
///
/// Signals. The first store installs handlers of SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGURG. Signals that
/// do not come from Wasm code go on to the handlers that were there before.

#include <memory>

#include "runtime/engine.hpp"
#include "runtime/interpreter/interpreter.hpp"
#include "runtime/linker.hpp"
#include "runtime/watchdog.hpp"
#ifdef WASMJET_JIT
#include "jit/jit.hpp"
#endif

namespace wasmjet {

/// An engine that interprets.
inline std::unique_ptr<Engine> make_interpreting_engine() {
  return std::make_unique<Engine>(interpreter::make_executor());
}

#ifdef WASMJET_JIT
/// An engine that compiles for the host's CPU, and interprets functions that it cannot compile. Throws
/// std::runtime_error where the CPU lacks the baseline (x86-64-v2).
inline std::unique_ptr<Engine> make_engine() {
  jit::JitOptions options;
  options.interpret_unsupported = true;
  return std::make_unique<Engine>(jit::make_executor(std::move(options)));
}
#else
/// In a library built without the compiler: an engine that interprets.
inline std::unique_ptr<Engine> make_engine() { return make_interpreting_engine(); }
#endif

}  // namespace wasmjet
