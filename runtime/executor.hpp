#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "decoder/dwarf/source_lines.hpp"
#include "decoder/module.hpp"
#include "runtime/code_registry.hpp"
#include "runtime/layout.hpp"

namespace wasmjet {

struct HostFunction;

/// How accesses to one memory are kept in bounds.
enum class MemoryBounds : std::uint8_t {
  guarded,    ///< 8 GiB reservation: a stray access faults
  explicit_,  ///< compare with MemoryRecord::byte_size before each access
};

struct CompileOptions {
  /// One entry a memory of the module.
  std::vector<MemoryBounds> memories;
  /// Record which machine code came from which Wasm instruction (ModuleCode::instruction_map).
  bool instruction_map = false;
  /// Measure each function (CompileStats::function_seconds).
  bool function_times = false;
  /// Polled; compilation ends with ModuleError{cancelled} when it becomes true. May be null.
  const std::atomic<bool>* cancel = nullptr;
  /// For tools that are told of the code: what the module is called, and where its code comes from (may be
  /// null).
  std::string_view module_name = {};
  const dwarf::SourceLines* source_lines = nullptr;
};

/// Where the machine code of one Wasm instruction begins.
struct InstructionMark {
  std::uint32_t code_offset = 0;  ///< from CodeMap::begin
  std::uint32_t wasm_offset = 0;  ///< in Module::bytes
};

/// What compiling found out, for `inspect --stats`.
struct CompileStats {
  std::uint64_t code_bytes = 0;  ///< machine code
  std::uint32_t interpreted_functions = 0;
  double compile_seconds = 0;   ///< validation of bodies included
  double validate_seconds = 0;  ///< 0 where not measured apart
  /// Of each defined function, validation included. Empty unless CompileOptions asked for it.
  std::vector<double> function_seconds;
};

/// The code of one module under given CompileOptions. Machine code is registered while it lives. Shared by
/// all instances.
class ModuleCode {
 public:
  virtual ~ModuleCode() = default;
  /// Native entry of defined function `f` (index in the function index space): see FuncRef.
  virtual void* entry(std::uint32_t f) const = 0;
  /// What the interpreter executes, if `f` is given to it; else null.
  virtual const interpreter::Function* bytecode(std::uint32_t f) const = 0;
  virtual const CodeMap& map() const = 0;
  /// In the order of code_offset; empty unless CompileOptions asked for it.
  virtual const std::vector<InstructionMark>& instruction_map() const = 0;
  virtual const CompileStats& stats() const = 0;
};

/// Trampoline of one signature, from the host or the interpreter into compiled code. Reads the parameters
/// from `values`, calls `entry` with `context` in the context register, writes the results to `values`. False
/// if Wasm was left by a trap (then record->trap says why).
using EnterFunction = bool (*)(EntryRecord* record, void* entry, VmContext* context, Value* values);

/// The runtime's only view of a code generator. Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Validates and compiles every function. Throws ModuleError.
  virtual std::shared_ptr<const ModuleCode> compile(const Module& module, const VmLayout& layout,
                                                    const std::vector<std::uint32_t>& type_ids,
                                                    const CompileOptions& options) = 0;
  /// Starts the threads that large modules are compiled by, for a process that may start none later. At most
  /// once.
  virtual void start_threads() {}
  /// Asked for only where there are compiled functions.
  virtual EnterFunction enter_function(const FuncType& type) = 0;
  /// Entry for host functions of this signature: spills the arguments to a Value array, records the
  /// transition, calls HostFunction::run (host_function.hpp) and leaves by the trap exit if that says so.
  virtual void* host_stub(const FuncType& type) = 0;
  /// Thunk that records the transition and calls `target`.
  virtual void* builtin_thunk(Builtin builtin, void* target) = 0;
};

}  // namespace wasmjet
