#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wasmjet {

/// Why a module was refused.
enum class ModuleErrorKind : std::uint8_t {
  malformed,    ///< not in the binary (or text) grammar (spec chapter 5)
  invalid,      ///< in the grammar, but not valid (spec chapter 3)
  unsupported,  ///< valid, but uses a feature or size that this build does not implement
  cancelled,    ///< decoding or compiling was interrupted by the embedder
};

/// "malformed", "invalid", ...
std::string_view to_string(ModuleErrorKind kind);

/// The one error that decoding and validating produce: a reason and the byte offset, from the start of
/// the module, of the first byte that is wrong. Thrown by value; what() is the reason without the offset.
class ModuleError : public std::runtime_error {
 public:
  ModuleError(ModuleErrorKind kind, std::size_t offset, const std::string& reason)
      : std::runtime_error(reason), kind_(kind), offset_(offset) {}

  ModuleErrorKind kind() const { return kind_; }
  std::size_t offset() const { return offset_; }
  /// "malformed: REASON at offset 0xNN", the form that the command prints.
  std::string message() const;

 private:
  ModuleErrorKind kind_;
  std::size_t offset_;
};

}  // namespace wasmjet
