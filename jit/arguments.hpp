#pragma once

#include <algorithm>
#include <cstdint>

#include "decoder/types.hpp"
#include "jit/registers.hpp"

namespace wasmjet::jit {

/// Where one argument travels: a register, or `stack_offset` bytes above the return address's slot
/// (for the callee: [fp + 16 + stack_offset]).
struct ArgumentPlace {
  Reg reg;
  std::uint32_t stack_offset = 0;
};

/// Deals out the places of a signature's parameters, in order. The one definition of how arguments
/// are passed between Wasm functions: the first integers and floats in registers, the rest on the
/// stack, 8 bytes each, popped by the callee.
///
/// Results: the first in the result register of its class, result i > 0 at [result area - 8 i]; the
/// caller passes the area's address in Abi::kResultArea if there is more than one.
template <class Abi>
class ArgumentCursor {
 public:
  ArgumentPlace next(ValKind kind) {
    if (lives_in_float(kind)) {
      if (floats_ < Abi::kFloatArguments.size()) return {Abi::kFloatArguments[floats_++], 0};
    } else if (integers_ < Abi::kIntArguments.size()) {
      return {Abi::kIntArguments[integers_++], 0};
    }
    const std::uint32_t offset = stack_;
    stack_ += 8;
    return {{}, offset};
  }
  /// Bytes of stack arguments dealt so far, rounded up to the stack's alignment.
  std::uint32_t stack_bytes() const { return (stack_ + 15U) & ~15U; }

 private:
  std::uint32_t integers_ = 0, floats_ = 0, stack_ = 0;
};

template <class Abi>
std::uint32_t stack_argument_bytes(const FuncType& type) {
  if (type.params.size() <= std::min(Abi::kIntArguments.size(), Abi::kFloatArguments.size())) return 0;
  ArgumentCursor<Abi> cursor;
  for (const ValType param : type.params) cursor.next(param.kind());
  return cursor.stack_bytes();
}

}  // namespace wasmjet::jit
