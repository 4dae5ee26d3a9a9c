#pragma once

#include "runtime/layout.hpp"

namespace wasmjet {

/// A global (spec 4.2.9).
class GlobalInstance {
 public:
  /// `value` is where it lives; null: in this object.
  GlobalInstance(GlobalType type, Value init, Value* value = nullptr)
      : type_(type), value_(value == nullptr ? &own_value_ : value) {
    *value_ = init;
  }
  GlobalInstance(const GlobalInstance&) = delete;
  GlobalInstance& operator=(const GlobalInstance&) = delete;

  GlobalType type() const { return type_; }
  Value* address() const { return value_; }
  Value get() const { return *value_; }
  /// Precondition: the type is mutable.
  void set(Value value) { *value_ = value; }

 private:
  GlobalType type_;
  Value own_value_{};
  Value* value_;
};

}  // namespace wasmjet
