#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/executor.hpp"

namespace wasmjet {

/// A canonical function type and the machine code that depends on it alone.
struct TypeEntry {
  FuncType type;
  std::uint32_t id = 0;
  EnterFunction enter = nullptr;  ///< host → Wasm
  void* host_stub = nullptr;      ///< Wasm → host
};

/// What all stores of a process share: the code generator, canonical function types, builtin thunks.
///
/// Ownership: outlives every CompiledModule and Store made with it. Thread-safe.
class Engine {
 public:
  explicit Engine(std::unique_ptr<Executor> executor);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Executor& executor() const { return *executor_; }
  /// The canonical entry of `type`: equal types have the same entry and id (spec 3.1.2, "matching").
  /// The reference stays valid as long as the engine.
  const TypeEntry& type(const FuncType& type);
  const TypeEntry& type(std::uint32_t id) const;
  /// What VmContext::builtins holds, the same for every instance.
  void* const* builtins() const { return builtins_; }

 private:
  struct Less {
    bool operator()(const FuncType& a, const FuncType& b) const;
  };

  std::unique_ptr<Executor> executor_;
  void* builtins_[kBuiltinCount] = {};
  mutable std::mutex mutex_;
  std::deque<TypeEntry> entries_;  ///< guarded by mutex_; index is the id
  std::map<FuncType, std::uint32_t, Less> ids_;
};

}  // namespace wasmjet
