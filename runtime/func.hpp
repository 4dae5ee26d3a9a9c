#pragma once

#include <optional>
#include <span>
#include <vector>

#include "runtime/engine.hpp"
#include "runtime/trap_report.hpp"

namespace wasmjet {

/// How a call ended: results, or a trap.
struct Outcome {
  std::vector<Value> values;
  std::optional<Trap> trap;

  bool ok() const { return !trap.has_value(); }
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
  /// else. May be called from within host functions. Thread safety: that of the store.
  Outcome call(std::span<const Value> args = {}) const;
  /// The same without an allocation: `values` holds the parameters, in order, and takes the results; it has
  /// as many elements as the larger of both. After a trap it holds anything.
  std::optional<Trap> call_in_place(std::span<Value> values) const;

  /// The same function, by whatever import or export it was found.
  friend bool operator==(const Func& a, const Func& b) {
    if (a.ref_ == nullptr || b.ref_ == nullptr) return a.ref_ == b.ref_;
    return *a.ref_ == *b.ref_;
  }

 private:
  Store* store_ = nullptr;
  FuncRef* ref_ = nullptr;
  TypeEntry* type_ = nullptr;
};

}  // namespace wasmjet
