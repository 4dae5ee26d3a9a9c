#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/trap.hpp"

namespace wasmjet {

/// A place in machine code that means something: an instruction that may fault (`trap` not none), or
/// the return address of a call (`trap` none). Sorted by code_offset within a CodeMap.
struct CodeRow {
  std::uint32_t code_offset = 0;    ///< from CodeMap::begin
  std::uint32_t wasm_and_trap = 0;  ///< Wasm offset within the function's body << 8 | trap << 4 | aux

  static CodeRow make(std::uint32_t code_offset, std::uint32_t wasm_delta, TrapCode trap,
                      std::uint8_t aux = 0) {
    return {code_offset, wasm_delta << 8 | static_cast<std::uint32_t>(trap) << 4 | (aux & 15U)};
  }
  std::uint32_t wasm_delta() const { return wasm_and_trap >> 8; }
  TrapCode trap() const { return static_cast<TrapCode>(wasm_and_trap >> 4 & 15); }
  /// For TrapCode::integer_division: number of the machine register that holds the divisor,
  /// (hardware numbering); bit 7 of wasm_delta is not used.
  std::uint8_t aux() const { return wasm_and_trap & 15; }
};

/// One compiled function within a CodeMap, sorted by code_begin.
struct CodeFunction {
  std::uint32_t code_begin = 0;
  std::uint32_t code_end = 0;
  std::uint32_t function = 0;    ///< index in the function index space
  std::uint32_t wasm_begin = 0;  ///< offset in the module's bytes that wasm_delta counts from
  std::uint32_t frame_begin =
      0;  ///< offset from code_begin of the prologue: what is before runs without a frame
};

/// All machine code of one compiled module: [begin, begin + size). Immutable once registered.
/// Everything the signal handler and the stack walker look up is in here; lookups allocate nothing.
struct CodeMap {
  const std::uint8_t* begin = nullptr;
  std::size_t size = 0;
  std::vector<CodeFunction> functions;
  std::vector<CodeRow> rows;
  const void* owner = nullptr;  ///< the ModuleCode, for names
  /// Of a trampoline: so many bytes run before it links a frame, with the stack and the return address as
  /// they were.
  std::uint32_t frame_begin = 0;

  const CodeFunction* find_function(const void* pc) const;
  /// The row of the instruction at exactly `pc` that may fault, if there is one. An instruction behind a
  /// call shares its address with the call's own row, which says `none`.
  const CodeRow* find_trap(const void* pc) const;
  /// The row that tells which Wasm instruction `pc` belongs to: of the call that returns to it, or of the
  /// instruction there; else the last one before it in its function. Null if there is none.
  const CodeRow* find_origin(const void* pc, bool is_return_address) const;
};

/// Process-wide set of registered code. register/unregister take a lock; find() is lock-free and
/// async-signal-safe (an immutable sorted array, swapped atomically, never freed while a reader may
/// hold it).
class CodeRegistry {
 public:
  static void add(const CodeMap* map);
  static void remove(const CodeMap* map);
  static const CodeMap* find(const void* pc);
};

}  // namespace wasmjet
