#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/backtrace.hpp"
#include "runtime/interpreter/side_table.hpp"

namespace wasmjet::interpreter {

struct Function;

/// What a frame keeps of its caller, between its locals and its operands.
struct Frame {
  const Function* function;  ///< null: the host
  const std::uint8_t* pc;    ///< the call
  const std::uint8_t* next;  ///< the instruction behind it
  const BranchEntry* branches;
  Slot* locals;
  VmContext* context;
};
static_assert(sizeof(Frame) == kFrameSlots * sizeof(Slot));

/// Where the innermost frame of one entry of the interpreter is. Up to date while functions run that are not
/// interpreted, and after a trap.
struct Activation {
  const Function* function = nullptr;  ///< null: no frame yet
  const std::uint8_t* pc = nullptr;
  Slot* locals = nullptr;
  VmContext* context = nullptr;
  /// The callee for whose frame there was no room; compiled code fails inside it, so traces show it.
  const Function* refused = nullptr;
  VmContext* refused_context = nullptr;
};

/// Records the frames of one entry, innermost first. Async-signal-safe.
void walk(const Activation& activation, RawBacktrace& out);

/// The slots of a store's interpreted frames.
class Stack {
 public:
  Stack() = default;
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  /// Reserves the slots at the first call. False where the host refuses.
  bool prepare(std::uint64_t bytes);

  Slot* top = nullptr;    ///< free from here on, between entries
  Slot* limit = nullptr;  ///< one past the last

 private:
  void* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace wasmjet::interpreter
