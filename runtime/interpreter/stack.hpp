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

/// One entry of the interpreter from the host, innermost first. What it says is up to date while a host
/// function runs and after a trap.
struct Activation {
  Activation* previous = nullptr;
  const Function* function = nullptr;
  const std::uint8_t* pc = nullptr;
  Slot* locals = nullptr;
  VmContext* context = nullptr;
};

/// The slots of a store's interpreted frames.
class Stack {
 public:
  Stack() = default;
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  /// Reserves the slots at the first call. False where the host refuses.
  bool prepare(std::uint64_t bytes);
  void record(RawBacktrace& out) const;

  Slot* top = nullptr;    ///< free from here on, between entries
  Slot* limit = nullptr;  ///< one past the last
  Activation* activation = nullptr;

 private:
  void* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace wasmjet::interpreter
