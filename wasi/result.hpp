#pragma once

#include <utility>
#include <variant>

#include "wasi/abi.hpp"

namespace wasmjet::wasi {

/// A T, or the errno that says why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Errno error) : state_(std::in_place_index<1>, error) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return *std::get_if<0>(&state_); }
  const T& operator*() const { return *std::get_if<0>(&state_); }
  T* operator->() { return std::get_if<0>(&state_); }
  /// success where there is a value.
  Errno error() const {
    const Errno* error = std::get_if<1>(&state_);
    return error == nullptr ? Errno::success : *error;
  }

 private:
  std::variant<T, Errno> state_;
};

}  // namespace wasmjet::wasi
