#pragma once

/// The VM state that compiled code, the interpreter and the runtime share. Everything here is plain
/// data at fixed offsets; generated code reads and writes it directly.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "decoder/module.hpp"
#include "runtime/trap.hpp"
#include "runtime/value.hpp"

namespace wasmjet {

class Instance;
class Store;
struct HostFunction;
struct VmContext;
struct EntryRecord;
namespace interpreter {
struct Activation;
struct Function;
}  // namespace interpreter

/// Who executes a function.
enum class FuncKind : std::uint32_t { compiled, interpreted, host };

/// A function as tables, imports and reference values see it (spec 4.2.10 "function instances").
/// `entry` obeys the Wasm calling convention and expects `context` in the context register. For a
/// defined function `context` is its instance's VmContext; for a host function it points to the
/// HostFunction (see host_function.hpp), whose address stands in the same register. An interpreted
/// function's entry is a stub that compiled code can call; where there is no compiled code it is null, and so
/// is a host function's.
struct FuncRef {
  void* entry = nullptr;
  VmContext* context = nullptr;
  std::uint32_t type_id = 0;  ///< canonical within the engine: equal ids ⇔ equal types
  FuncKind kind = FuncKind::compiled;
  const interpreter::Function* bytecode = nullptr;  ///< of an interpreted function

  /// Whether both are the same function, by whatever import they were found.
  friend bool operator==(const FuncRef& a, const FuncRef& b) {
    return a.entry == b.entry && a.context == b.context && a.bytecode == b.bytecode;
  }
};
static_assert(sizeof(FuncRef) == 32);

/// A memory's record. `base` never moves while the instance lives; `byte_size` only grows.
struct MemoryRecord {
  std::uint8_t* base = nullptr;
  std::uint64_t byte_size = 0;
};

/// A table's record: elements are FuncRef* or opaque external references, null is nullptr.
/// `elements` moves when the table grows.
struct TableRecord {
  void** elements = nullptr;
  std::uint64_t length = 0;
};

/// Operations of the runtime that compiled code calls, all with the System V convention, the first
/// argument being the VmContext of the calling instance. Those that can trap return a TrapCode
/// (0: success). Generated code reaches them through VmContext::builtins, whose entries are thunks that
/// record the transition (see Executor::builtin_thunk).
///
///   memory_grow(ctx, memory, delta pages) → old size in pages or -1 (as int64)
///   memory_fill(ctx, memory, dst, value, n)          → TrapCode
///   memory_copy(ctx, dst memory, src memory, dst, src, n) → TrapCode
///   memory_init(ctx, memory, segment, dst, src, n)   → TrapCode
///   data_drop(ctx, segment)
///   table_grow(ctx, table, init, n)                  → old length or -1 (as int64)
///   table_fill(ctx, table, index, value, n)          → TrapCode
///   table_copy(ctx, dst table, src table, dst, src, n) → TrapCode
///   table_init(ctx, table, segment, dst, src, n)     → TrapCode
///   elem_drop(ctx, segment)
/// Indices are uint32_t; addresses, counts and table indices uint64_t (zero-extended).
enum class Builtin : std::uint8_t {
  memory_grow,
  memory_fill,
  memory_copy,
  memory_init,
  data_drop,
  table_grow,
  table_fill,
  table_copy,
  table_init,
  elem_drop,
};
inline constexpr std::size_t kBuiltinCount = 10;

/// Per-store state that generated code touches. A store is used by one thread at a time.
struct StoreState {
  EntryRecord* entry = nullptr;  ///< innermost entry in progress, or null
  /// Frame pointer of the stub through which Wasm last called the host: [fp + 8] is the return
  /// address in Wasm code, [fp] the Wasm caller's frame pointer. Backtraces start here when the
  /// PC is not in Wasm code.
  void* host_fp = nullptr;
  /// Set by Store::interrupt; tested on return from every host call and builtin, and before blocking.
  std::atomic<std::uint32_t> interrupt{0};
  /// The host function that runs on behalf of the innermost entry, or null: what a profile calls its time.
  const HostFunction* host_function = nullptr;
};

/// The fixed head of an instance's context; the module-dependent part (VmLayout) follows it.
/// Compiled code keeps the address in the context register and at [fp - 8] of every frame.
struct VmContext {
  std::uintptr_t stack_limit = 0;        ///< lowest stack pointer that Wasm frames may reach
  std::uint8_t* memory0_base = nullptr;  ///< base of memory 0, wherever it is defined
  MemoryRecord* memory0 = nullptr;       ///< record of memory 0, wherever it is defined
  StoreState* store = nullptr;
  Instance* instance = nullptr;
  void* builtins[kBuiltinCount] = {};
};

/// Offsets from the VmContext of a module's entities. Depends on the module alone, so code compiled
/// once serves every instance.
///
/// Defined entities stand inline; for imported ones a pointer to the definer's record stands here.
class VmLayout {
 public:
  explicit VmLayout(const Module& module);

  std::uint32_t size() const { return size_; }
  /// FuncRef of function `f` (imported or defined).
  std::uint32_t func_ref(std::uint32_t f) const {
    return func_refs_ + f * static_cast<std::uint32_t>(sizeof(FuncRef));
  }
  /// MemoryRecord* of memory `m`, imported or defined (a defined memory's points into this context).
  std::uint32_t memory_pointer(std::uint32_t m) const { return memory_pointers_ + m * 8; }
  /// MemoryRecord of defined memory `m` (index in the memory index space).
  std::uint32_t memory_record(std::uint32_t m) const { return memories_ + (m - imported_memories_) * 16; }
  /// TableRecord* of imported table `t`.
  std::uint32_t table_pointer(std::uint32_t t) const { return table_pointers_ + t * 8; }
  /// TableRecord of defined table `t`.
  std::uint32_t table_record(std::uint32_t t) const { return tables_ + (t - imported_tables_) * 16; }
  /// Value* of imported global `g`.
  std::uint32_t global_pointer(std::uint32_t g) const { return global_pointers_ + g * 8; }
  /// Value of defined global `g`.
  std::uint32_t global_value(std::uint32_t g) const { return globals_ + (g - imported_globals_) * 16; }

  bool is_imported_table(std::uint32_t t) const { return t < imported_tables_; }
  bool is_imported_global(std::uint32_t g) const { return g < imported_globals_; }
  bool is_imported_memory(std::uint32_t m) const { return m < imported_memories_; }

 private:
  std::uint32_t imported_tables_, imported_memories_, imported_globals_;
  std::uint32_t func_refs_, memories_, memory_pointers_, tables_, table_pointers_, globals_, global_pointers_;
  std::uint32_t size_;
};

/// One entry into compiled code or into the interpreter, from the host or from the other tier; lives in the
/// frame of the C++ function that entered. The signal handler leaves compiled code by restoring `exit_sp` and
/// jumping to `exit_pc`.
struct EntryRecord {
  EntryRecord* previous = nullptr;
  void* saved_host_fp = nullptr;   ///< StoreState::host_fp at entry
  void* exit_sp = nullptr;         ///< written by the entry trampoline; null while not published
  void* exit_pc = nullptr;         ///< written by the entry trampoline
  void* entry_fp = nullptr;        ///< written by the entry trampoline: where a frame walk ends
  TrapCode trap = TrapCode::none;  ///< why Wasm was left; set before jumping to exit_pc
  /// Code a host function or builtin failed with, when it returned non-zero to generated code.
  TrapCode pending = TrapCode::none;
  bool traced = false;  ///< the backtrace of `trap` is recorded: whoever passes it on leaves it alone
  /// Where the interpreter is, if this is one of its entries.
  const interpreter::Activation* activation = nullptr;
};

// What jit/ and the hand-written trampolines rely on.
static_assert(offsetof(VmContext, stack_limit) == 0);
static_assert(offsetof(VmContext, memory0_base) == 8);
static_assert(sizeof(MemoryRecord) == 16 && sizeof(TableRecord) == 16);

}  // namespace wasmjet
