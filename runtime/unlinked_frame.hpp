#pragma once

#include <cstdint>

#include "runtime/code_registry.hpp"
#include "runtime/signal_context.hpp"

namespace wasmjet {

/// Whether `function`, which was interrupted at the registers' pc, has not begun to link a frame there: it
/// runs some of its code without, or all.
inline bool is_before_frame(const SignalContext& registers, const CodeMap& map,
                            const CodeFunction& function) {
  return registers.pc() < map.begin + function.code_begin + function.frame_begin;
}

/// Where `function`, which was interrupted at the registers' pc, will return to, if its frame is not linked
/// there: it has not begun, is about to be linked or has been unlinked. Null if it is linked. Not where the
/// interrupted instruction may have met the end of the stack.
inline const std::uint8_t* unlinked_return(const SignalContext& registers, const CodeMap& map,
                                           const CodeFunction& function) {
  return is_before_frame(registers, map, function) ? registers.return_at_entry()
                                                   : registers.unlinked_return();
}

}  // namespace wasmjet
