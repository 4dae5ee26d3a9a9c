#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/module.hpp"

namespace wasmjet {

/// Function names from the custom section "name" (spec appendix 7.4.1). Such sections say nothing about what
/// a module does, so a broken one is ignored, never an error. The section is read when the first name is
/// asked for. Thread-safe. The module must outlive it.
class FunctionNames {
 public:
  explicit FunctionNames(const Module& module) : module_(module) {}

  /// The name of `function` (index in the function index space), or "func[N]" if it has none. Valid UTF-8,
  /// but chosen by the module's author: it may hold control characters.
  std::string name(std::uint32_t function) const;

 private:
  struct Entry {
    std::uint32_t function;
    std::string_view name;
  };

  void load() const;

  const Module& module_;
  mutable std::once_flag loaded_;
  mutable std::vector<Entry> entries_;  ///< by ascending function index
};

}  // namespace wasmjet
