#include "runtime/store.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "runtime/instantiation.hpp"
#include "runtime/trap_handler.hpp"

namespace wasmjet {

Store::Store(Engine& engine, StoreLimits limits)
    : engine_(engine),
      limits_(limits),
      memory_budget_{limits.max_memory_bytes},
      table_budget_{limits.max_table_elements} {
  install_trap_handlers();
  context_.owner = this;
  host_context_.store = &context_;
}

Store::~Store() = default;

Func Store::create_function(FuncType type, HostCallback callback) {
  TypeEntry& entry = engine_.type(type);
  HostFunction& function = functions_.emplace_back(std::move(callback), std::move(type));
  // A host stub finds the HostFunction where other code finds its VmContext.
  function.ref = {engine_.host_stub(entry), reinterpret_cast<VmContext*>(&function), entry.id,
                  FuncKind::host};
  return {*this, &function.ref};
}

MemoryInstance& Store::create_memory(const MemoryType& type) {
  return memories_.emplace_back(type, memory_budget_, nullptr, limits_.max_reserved_bytes);
}

TableInstance& Store::create_table(const TableType& type, void* init) {
  return tables_.emplace_back(type, init, table_budget_);
}

GlobalInstance& Store::create_global(GlobalType type, Value init) {
  return globals_.emplace_back(type, init);
}

Instantiated Store::instantiate(std::shared_ptr<const CompiledModule> module, std::span<const Extern> imports,
                                std::string name, const std::atomic<bool>* cancel) {
  Instantiation instantiation(*this, std::move(module), imports, std::move(name));
  instances_.push_back(instantiation.allocate(cancel));
  Instance& instance = *instances_.back();
  instance.context()->stack_limit = stack_limit_;
  return {&instance, Instantiation::initialize(instance)};
}

void Store::set_stack_limit(std::uintptr_t sp, std::uintptr_t lowest) {
  const std::uintptr_t allowance = std::min<std::uintptr_t>(limits_.max_stack_bytes, sp);
  const std::uintptr_t tolerance = std::min<std::uintptr_t>(allowance / 8, 16 * 1024);
  stack_limit_ = std::max(lowest, sp - allowance);
  stack_lowest_ = lowest;
  nearly_from_ = sp - tolerance;
  nearly_size_ = 2 * tolerance;
  for (const auto& instance : instances_) instance->context()->stack_limit = stack_limit_;
}

void Store::request_interrupt() {
  context_.interrupt.store(1);
  const int thread = context_.thread.load();
  // Should the thread be gone already, or its id in use again: the signal does nothing outside a store.
  if (thread != 0) tgkill(getpid(), thread, interrupt_signal());
}

void Store::interrupt() {
  request_interrupt();
  while (context_.thread.load() != 0 && context_.thread.load() != gettid()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    request_interrupt();
  }
}

}  // namespace wasmjet
