#pragma once

#include <cstdint>
#include <vector>

#include "decoder/types.hpp"

namespace wasmjet {

/// What one loop does to locals, over-approximated: bit `local % 64` is set if a local of that residue
/// is read (written) anywhere in the loop, nested loops included. A clear bit is a proof.
struct LoopInfo {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  bool calls = false;       ///< see FunctionInfo::calls
  bool nests = false;       ///< has loops within
  bool dispatches = false;  ///< has a br_table, not counting those of loops within
};

/// How far a block reaches, or the function's body.
struct BlockExtent {
  static constexpr std::uint32_t kLongestTail = 16;
  std::uint32_t end = 0;  ///< offset in Module::bytes behind its `end`
  /// `end` too, if it is a block without parameters and results, or an `if`, behind which at most
  /// kLongestTail bytes follow until control goes back to a loop's start or leaves the function: who branches
  /// out of it may as well do that itself. Else 0.
  std::uint32_t tail = 0;
  /// In it, as FunctionInfo::calls counts them; and branches to a loop that dispatches, whose code is as
  /// long.
  std::uint32_t calls = 0;
};

/// What validating a body found out, for the compiler and the interpreter. Reused from function to
/// function, so that vectors keep their capacity.
struct FunctionInfo {
  std::uint32_t function = 0;    ///< index in the function index space
  std::uint32_t code_begin = 0;  ///< offset in Module::bytes of the first instruction
  std::uint32_t code_end = 0;    ///< one past the final `end`
  std::vector<ValType> locals;   ///< parameters first, then declared locals
  /// Uses of each local (get, set, tee), each counted 8^(loop depth, at most 6), saturating. Uses in
  /// unreachable code do not count.
  std::vector<std::uint32_t> local_weight;
  /// Offset in Module::bytes behind the last instruction (in byte order) that names the local; 0: none.
  /// Past it the local is dead, unless a loop that began before it is still open.
  std::vector<std::uint32_t> last_use;
  /// False only where every read of this local is dominated by a set; and for parameters.
  std::vector<std::uint8_t> needs_zero;
  /// In the order of their `loop` opcodes, those in unreachable code included.
  std::vector<LoopInfo> loops;
  /// Of the body and of each block, `loop`, `if` and try_table in it, in the order of their beginnings.
  std::vector<BlockExtent> blocks;
  std::uint32_t max_stack = 0;    ///< greatest operand stack height
  std::uint32_t max_control = 0;  ///< greatest nesting of control frames, the function's own included
  /// Has call, call_indirect, or an instruction that the runtime executes: memory.grow, .fill, .copy, .init,
  /// the same of tables, data.drop, elem.drop.
  bool calls = false;
  bool calls_itself = false;  ///< has a call of its own index
  bool has_loops = false;
  bool uses_memory = false;  ///< any load, store, or bulk memory instruction
};

}  // namespace wasmjet
