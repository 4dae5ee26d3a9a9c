#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "runtime/backtrace.hpp"
#include "runtime/extern.hpp"
#include "runtime/host_function.hpp"
#include "runtime/instance.hpp"
#include "runtime/interpreter/stack.hpp"
#include "runtime/limits.hpp"

namespace wasmjet {

/// The part of a store that the signal handlers see.
struct StoreContext : StoreState {
  Store* owner = nullptr;
  /// Kernel id of the thread that is inside the store, 0 while none is.
  std::atomic<int> thread{0};
  RawBacktrace backtrace;  ///< of the last trap, written by the signal handler or the interpreter
  interpreter::Stack interpreter_stack;
};

/// How instantiation ended. The instance exists in either case (spec 4.5.4: what segments wrote before
/// a trap stays), but has not run its start function to the end if there is a trap.
struct Instantiated {
  Instance* instance = nullptr;
  std::optional<Trap> trap;
};

/// Everything that a program allocates (spec 4.2.3): instances, host functions, memories, tables, globals.
/// It all lives as long as the store.
///
/// Thread safety: used by one thread at a time (a different one each time, if you like), but for
/// interrupt() and request_interrupt(), which any thread may call while the store exists.
class Store {
 public:
  explicit Store(Engine& engine, StoreLimits limits = {});
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Engine& engine() const { return engine_; }
  const StoreLimits& limits() const { return limits_; }

  /// Makes a host function. Exceptions from the callback become traps with their text.
  Func create_function(FuncType type, HostCallback callback);
  /// Throw ResourceError past the limits.
  MemoryInstance& create_memory(const MemoryType& type);
  TableInstance& create_table(const TableType& type, void* init = nullptr);
  GlobalInstance& create_global(GlobalType type, Value init);

  /// Instantiates with imports in the order of Module::imports, which must match (Linker checks them and
  /// finds them by name). `name` is what backtraces show. Throws ModuleError (compilation), ResourceError;
  /// `cancel` is polled while compiling.
  Instantiated instantiate(std::shared_ptr<const CompiledModule> module, std::span<const Extern> imports,
                           std::string name, const std::atomic<bool>* cancel = nullptr);

  /// Ends the call in progress with TrapCode::interrupted, and every later one at once: the store is good
  /// for nothing but destruction then. Blocks until the call has ended; host functions end at their next
  /// test of Caller::interrupted(), blocking system calls with EINTR.
  void interrupt();
  /// One attempt of interrupt(), without waiting: the call in progress may miss the first. Repeat it
  /// every 10 ms, as Watchdog does.
  void request_interrupt();
  bool interrupted() const { return context_.interrupt.load(std::memory_order_relaxed) != 0; }

  /// Code of later instances records which machine code came from which Wasm instruction
  /// (ModuleCode::instruction_map()), and is compiled for each instance anew.
  void map_instructions() { maps_instructions_ = true; }
  bool maps_instructions() const { return maps_instructions_; }

  // For the runtime itself.
  StoreContext& context() { return context_; }
  Budget& memory_budget() { return memory_budget_; }
  Budget& table_budget() { return table_budget_; }
  const std::vector<std::unique_ptr<Instance>>& instances() const { return instances_; }
  /// Keeps why a host function failed until Func::call reports it.
  void set_host_failure(HostResult result) { host_failure_ = std::move(result); }
  const HostResult& host_failure() const { return host_failure_; }
  /// Stands for the caller where the host calls a host function without Wasm between.
  VmContext* host_context() { return &host_context_; }
  /// The limit that the contexts hold.
  std::uintptr_t stack_limit() const { return stack_limit_; }
  /// Sets it for an entry at stack pointer `sp` of a thread whose stack may be used down to `lowest`.
  void prepare_stack(std::uintptr_t sp, std::uintptr_t lowest) {
    // Calls come from slightly different depths: a limit that is nearly right need not be written anew.
    if (lowest != stack_lowest_ || sp - nearly_from_ > nearly_size_) [[unlikely]]
      set_stack_limit(sp, lowest);
  }

 private:
  void set_stack_limit(std::uintptr_t sp, std::uintptr_t lowest);

  Engine& engine_;
  StoreLimits limits_;
  Budget memory_budget_;
  Budget table_budget_;
  StoreContext context_;
  VmContext host_context_;
  HostResult host_failure_;
  std::uintptr_t stack_limit_ = 0;
  std::uintptr_t stack_lowest_ = 0;  ///< what stack_limit_ was computed of
  std::uintptr_t nearly_from_ = 0;   ///< for stack pointers from here on,
  std::uintptr_t nearly_size_ = 0;   ///< and over so many bytes, stack_limit_ is nearly right
  bool maps_instructions_ = false;
  std::deque<HostFunction> functions_;
  std::deque<MemoryInstance> memories_;
  std::deque<TableInstance> tables_;
  std::deque<GlobalInstance> globals_;
  std::vector<std::unique_ptr<Instance>> instances_;
};

}  // namespace wasmjet
