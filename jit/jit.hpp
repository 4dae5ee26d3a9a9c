#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "jit/code_observer.hpp"
#include "runtime/executor.hpp"

namespace wasmjet::jit {

/// An architecture that there is a back end for. All are built everywhere; code for another than the host's
/// is there to be looked at.
enum class Target : std::uint8_t { x64, a64 };

constexpr Target host_target() {
#if defined(__x86_64__)
  return Target::x64;
#elif defined(__aarch64__)
  return Target::a64;
#else
#error "no back end for this architecture"
#endif
}

/// Choices of a compiler, fixed for its lifetime.
struct JitOptions {
#ifdef NDEBUG
  static constexpr bool kAssertByDefault = false;
#else
  static constexpr bool kAssertByDefault = true;
#endif
  /// Compiled code tests the sandbox invariant (docs/architecture.md) before each access, and that what it
  /// takes from a register instead of the frame is the same, and aborts the process where that does not hold.
  bool assert_invariants = kAssertByDefault;
  Target target = host_target();
  /// Emit nothing above the baseline (x86-64-v2, ARMv8.0), whatever the CPU has.
  bool baseline_cpu = false;
  /// Emit for a CPU with every extension that lowering makes use of, whatever the CPU has: to look at, the
  /// code may not run here. Does not go with baseline_cpu.
  bool complete_cpu = false;
  /// A function with something that the compiler lacks is interpreted, not refused.
  bool interpret_unsupported = false;
  /// Which functions to interpret although they could be compiled, by index: for tests. None if empty. Asked
  /// by several threads.
  std::function<bool(std::uint32_t)> interpret = {};
  /// Calls within a module take the form that reaches everywhere, as in modules too large for the short one.
  bool far_calls = false;
  /// The most threads that compile one module; 0: as many as there are CPUs for the process. They all make
  /// the same code.
  unsigned threads = 0;
  /// Who is told of all machine code. With any, trampolines are not in a memory file: perf names only what is
  /// in anonymous memory.
  CodeObservers observers = {};
  /// For the test of these assertions: i32.wrap_i64 leaves the upper half of its register as it is.
  bool leave_upper_halves_dirty = false;
  /// The same: copies of locals in registers outlive a change of the local.
  bool keep_stale_copies = false;
};

/// The single-pass compiler. Throws std::runtime_error where it compiles for a host that lacks the baseline
/// (x86-64-v2).
std::unique_ptr<Executor> make_executor(JitOptions options = {});

}  // namespace wasmjet::jit
