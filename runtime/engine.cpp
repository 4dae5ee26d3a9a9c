#include "runtime/engine.hpp"

#include <algorithm>

#include "runtime/builtins.hpp"

namespace wasmjet {
namespace {

/// Any total order will do.
bool less(const std::vector<ValType>& a, const std::vector<ValType>& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](ValType x, ValType y) { return x.code() < y.code(); });
}

}  // namespace

bool Engine::Less::operator()(const FuncType& a, const FuncType& b) const {
  if (a.params != b.params) return less(a.params, b.params);
  return less(a.results, b.results);
}

Engine::Engine(std::unique_ptr<Executor> executor) : executor_(std::move(executor)) {
  for (std::size_t i = 0; i < kBuiltinCount; ++i) {
    const auto builtin = static_cast<Builtin>(i);
    builtins_[i] = executor_->builtin_thunk(builtin, builtin_target(builtin));
  }
}

TypeEntry& Engine::type(const FuncType& type) {
  const std::scoped_lock lock(mutex_);
  const auto it = ids_.find(type);
  if (it != ids_.end()) return entries_[it->second];
  const auto id = static_cast<std::uint32_t>(entries_.size());
  entries_.emplace_back(type, id);
  ids_.emplace(type, id);
  return entries_.back();
}

TypeEntry& Engine::type(std::uint32_t id) {
  const std::scoped_lock lock(mutex_);
  return entries_[id];
}

// Two threads may both ask the executor for the same code; either answer will do.

EnterFunction Engine::make_enter_function(TypeEntry& type) {
  const EnterFunction enter = executor_->enter_function(type.type);
  type.enter_.store(enter, std::memory_order_release);
  return enter;
}

void* Engine::host_stub(TypeEntry& type) {
  void* stub = type.host_stub_.load(std::memory_order_acquire);
  if (stub == nullptr) {
    stub = executor_->host_stub(type.type);
    type.host_stub_.store(stub, std::memory_order_release);
  }
  return stub;
}

}  // namespace wasmjet
