#pragma once

#include <cstdint>

#include "runtime/code_registry.hpp"
#include "runtime/signal_context.hpp"

namespace wasmjet {

/// Where `function`, which was interrupted at the registers' pc, will return to, if its frame is not linked
/// there: it has not begun, is about to be linked or has been unlinked. Null if it is linked. Not where the
/// interrupted instruction may have met the end of the stack.
inline const std::uint8_t* unlinked_return(const SignalContext& registers, const CodeMap& map,
                                           const CodeFunction& function) {
  const std::uint8_t* const frame_begin = map.begin + function.code_begin + function.frame_begin;
  return registers.pc() < frame_begin ? registers.return_at_entry() : registers.unlinked_return();
}

}  // namespace wasmjet
