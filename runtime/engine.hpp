#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/executor.hpp"

namespace wasmjet {

/// A canonical function type. The machine code that depends on it alone is made when first needed.
struct TypeEntry {
  TypeEntry(const FuncType& the_type, std::uint32_t the_id)
      : type(the_type),
        id(the_id),
        params(type.params.size()),
        results(type.results.size()),
        values(std::max(params, results)) {}

  const FuncType type;
  const std::uint32_t id;
  // Counted once, for calls:
  const std::size_t params, results;
  const std::size_t values;  ///< of an array for both

 private:
  friend class Engine;
  std::atomic<EnterFunction> enter_{nullptr};
  std::atomic<void*> host_stub_{nullptr};
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
  TypeEntry& type(const FuncType& type);
  TypeEntry& type(std::uint32_t id);
  /// Host → Wasm code for functions of this type.
  EnterFunction enter_function(TypeEntry& type) {
    const EnterFunction enter = type.enter_.load(std::memory_order_acquire);
    return enter != nullptr ? enter : make_enter_function(type);
  }
  /// Wasm → host code for functions of this type.
  void* host_stub(TypeEntry& type);
  /// What VmContext::builtins holds, the same for every instance.
  void* const* builtins() const { return builtins_; }

 private:
  struct Less {
    bool operator()(const FuncType& a, const FuncType& b) const;
  };

  EnterFunction make_enter_function(TypeEntry& type);

  std::unique_ptr<Executor> executor_;
  void* builtins_[kBuiltinCount] = {};
  std::mutex mutex_;
  std::deque<TypeEntry> entries_;  ///< guarded by mutex_; index is the id
  std::map<FuncType, std::uint32_t, Less> ids_;
};

}  // namespace wasmjet
