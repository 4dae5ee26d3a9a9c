#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "decoder/function_info.hpp"
#include "decoder/module.hpp"

namespace wasmjet::interpreter {

/// One 8-byte slot of the interpreter's stack. Of 32-bit values only the low half counts.
using Slot = std::uint64_t;

/// Slots between a frame's locals and its operands: the caller's state (see Frame).
inline constexpr std::uint32_t kFrameSlots = 6;

/// What a taken branch does. The bytecode says where a branch goes only by nesting depth, so each one that
/// can be reached has an entry here, in code order; br_table has one a label, `if` one for its false case,
/// `else` one for the true case's way to the end.
struct BranchEntry {
  std::int32_t pc_delta = 0;     ///< from the branch's opcode byte
  std::int32_t table_delta = 0;  ///< from this entry to the first one behind the target
  std::uint32_t keep = 0;        ///< values that the label takes
  std::uint32_t height = 0;      ///< slots above the frame's first local that they go to
};
static_assert(sizeof(BranchEntry) == 16);

/// Where branches go: past instructions that do nothing, or to the very place that the specification says, a
/// loop's own `loop` included.
enum class Landing : std::uint8_t { brief, exact };

/// Appends the entries of a validated function. Throws ModuleError: unsupported where the interpreter lacks
/// an instruction, cancelled once `cancel` (may be null) is true.
void append_side_table(const Module& module, const FunctionInfo& info, std::vector<BranchEntry>& table,
                       Landing landing, const std::atomic<bool>* cancel);

}  // namespace wasmjet::interpreter
