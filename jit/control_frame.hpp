#pragma once

#include <cstdint>
#include <optional>

#include "decoder/types.hpp"
#include "jit/dispatch_header.hpp"
#include "jit/homes.hpp"
#include "jit/stack_value.hpp"

namespace wasmjet::jit {

/// One open block, loop, if, or the function itself.
struct ControlFrame {
  enum class Kind : std::uint8_t { block, loop, if_, else_, function };
  Kind kind = Kind::block;
  bool outermost_loop = false;
  bool label_used = false;   ///< some branch goes there; `state` is what it finds
  bool dispatched = false;   ///< a Dispatcher's br_table goes there
  std::uint32_t height = 0;  ///< operand stack height below the parameters
  std::uint32_t params = 0;
  std::uint32_t results = 0;
  std::uint32_t tail = 0;             ///< BlockExtent::tail
  const FuncType* type = nullptr;     ///< null for the two short block types
  ValType short_result;               ///< with no `type` and one result
  const std::uint8_t* end = nullptr;  ///< behind its `end`
  std::uint32_t calls_until_end = 0;  ///< of the function, at most so many
  Label label;
  Label else_label;
  HomeState state;
  HomeState else_state;
  Label table_target;  ///< where br_table number `table` jumps for this frame
  std::uint32_t table = 0;
  std::uint32_t dispatcher = 0;  ///< of a loop: its number in FunctionCompiler::dispatchers_, from 1; or 0

  /// Begins anew in the place of an old one, of which everything else is overwritten before it is read.
  void open(Kind of) {
    kind = of;
    outermost_loop = label_used = dispatched = false;
    params = results = table = dispatcher = 0;
    type = nullptr;
  }
};

/// A br_table that has become a jump table.
struct IndexTable {
  std::uint32_t number;  ///< MacroAssembler::jump_table()
  std::uint32_t count;
  Label otherwise;  ///< for an index beyond
};

/// A loop with a DispatchHeader.
struct Dispatcher {
  DispatchHeader header;
  HomeState state;                  ///< at the br_table
  std::optional<IndexTable> table;  ///< known behind the br_table, if it has become one
};

}  // namespace wasmjet::jit
