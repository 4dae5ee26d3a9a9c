#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "decoder/error.hpp"
#include "decoder/function_info.hpp"
#include "decoder/module.hpp"

namespace wasmjet {

/// Decodes all sections and validates everything but function bodies.
/// Takes the bytes over. Throws ModuleError. `cancel`, if given, is polled.
Module decode_module(std::vector<std::uint8_t> bytes, const std::atomic<bool>* cancel = nullptr,
                     const Features& features = {});

/// "type", "data count": what the spec calls a section of a decoded module, by id.
std::string_view section_name(std::uint8_t id);

/// Validates function bodies one by one. Holds the scratch memory of validation; one object a thread.
class FunctionValidator {
 public:
  explicit FunctionValidator(const Module& module, const std::atomic<bool>* cancel = nullptr);
  ~FunctionValidator();
  FunctionValidator(const FunctionValidator&) = delete;
  FunctionValidator& operator=(const FunctionValidator&) = delete;

  /// Validates the body of defined function `function` (index in the function index space).
  /// The result lives until the next call. Throws ModuleError.
  const FunctionInfo& validate(std::uint32_t function);

 private:
  struct State;
  State* state_;
};

/// validate() for every body, in order.
void validate_functions(const Module& module, const std::atomic<bool>* cancel = nullptr);

}  // namespace wasmjet
