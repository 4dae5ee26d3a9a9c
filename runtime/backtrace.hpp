#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/layout.hpp"
#include "runtime/trap_report.hpp"

namespace wasmjet {

/// A Wasm frame as the stack walk finds it.
struct RawFrame {
  const std::uint8_t* pc = nullptr;
  const void* context = nullptr;   ///< the frame's VmContext; not trustworthy within a prologue
  bool is_return_address = false;  ///< pc is behind the call, not at the instruction
  bool is_bytecode = false;        ///< of the interpreter: pc points into Module::bytes, at the instruction
};

/// Where a signal handler records a stack without allocating: the innermost and the outermost frames.
struct RawBacktrace {
  static constexpr std::size_t kEach = 64;

  std::array<RawFrame, kEach> inner;
  std::array<RawFrame, kEach> outer;  ///< ring: frame n (n >= kEach) stands at n % kEach
  std::uint64_t count = 0;
  std::uint64_t limit = UINT64_MAX;  ///< a walk ends once there are so many

  bool full() const { return count >= limit; }
  void clear() { count = 0; }
  void push(const RawFrame& frame) {
    (count < kEach ? inner : outer)[count % kEach] = frame;
    ++count;
  }
};

/// Where a walk begins: the registers of interrupted Wasm code, or nothing where the PC is in the host.
struct WalkStart {
  const std::uint8_t* pc = nullptr;
  const void* fp = nullptr;
  const void* sp = nullptr;  ///< nothing below it is read
  /// Where the interrupted code (Wasm's, or with no `pc` a stub's) will return to, if its own frame is not
  /// linked: `fp` is its caller's then.
  const std::uint8_t* return_address = nullptr;
  bool in_trampoline = false;  ///< the innermost entry has no frames: it is only beginning or has ended
};

/// Walks the Wasm frames of all entries in progress, of both tiers, innermost first. Async-signal-safe. A
/// compiled frame's layout is [fp]: caller's fp, [fp + 8]: return address, [fp - 8]: VmContext*.
void walk_stack(const StoreState& state, WalkStart start, RawBacktrace& out);

/// Names the frames. `store` is where their code is instantiated.
std::vector<TraceFrame> symbolize(const Store& store, const RawBacktrace& raw);

}  // namespace wasmjet
