#pragma once

#include <optional>
#include <span>

#include "runtime/engine.hpp"
#include "runtime/trap_report.hpp"
#include "runtime/values.hpp"

namespace wasmjet {

class Func;

/// How a call ended: results, or a trap.
struct Outcome {
  Outcome() = default;

  Values values;
  std::optional<Trap> trap;

  bool ok() const { return !trap.has_value(); }

 private:
  friend class Func;
  /// Makes the call, so that nothing has to be moved here.
  Outcome(const Func& function, std::span<const Value> args);
};

/// A function of a store (spec 4.2.6): a small copyable handle, valid as long as the store.
class Func {
 public:
  Func() = default;
  Func(Store& store, FuncRef* ref);

  explicit operator bool() const { return ref_ != nullptr; }
  const FuncType& type() const { return type_->type; }
  std::uint32_t type_id() const { return type_->id; }
  /// What a funcref value holds.
  FuncRef* ref() const { return ref_; }
  Store& store() const { return *store_; }

  /// Calls it with one Value a parameter. Throws std::invalid_argument if the number is wrong; nothing
  /// else. Allocates only for more than four parameters or results, and for traps. May be called from within
  /// host functions. Thread safety: that of the store.
  Outcome call(std::span<const Value> args = {}) const;
  /// The same in the caller's memory: `values` holds the parameters, in order, and takes the results; it has
  /// as many elements as the larger of both. After a trap it holds anything.
  std::optional<Trap> call_in_place(std::span<Value> values) const;

  /// The same function, by whatever import or export it was found.
  friend bool operator==(const Func& a, const Func& b) {
    if (a.ref_ == nullptr || b.ref_ == nullptr) return a.ref_ == b.ref_;
    return *a.ref_ == *b.ref_;
  }

 private:
  friend struct Outcome;

  Store* store_ = nullptr;
  FuncRef* ref_ = nullptr;
  TypeEntry* type_ = nullptr;
};

}  // namespace wasmjet
