#pragma once

#include <cstddef>
#include <cstdint>

namespace wasmjet::jit {

/// Pages that first are written and then, for good, executed (W^X). Owns its mapping.
class CodeRegion {
 public:
  /// Reserves `capacity` bytes, readable and writable; pages cost nothing until they are touched.
  /// Throws std::bad_alloc.
  explicit CodeRegion(std::size_t capacity);
  ~CodeRegion();
  CodeRegion(const CodeRegion&) = delete;
  CodeRegion& operator=(const CodeRegion&) = delete;

  std::uint8_t* data() const { return data_; }
  std::size_t capacity() const { return capacity_; }
  /// Gives back what lies past `used` bytes and makes the rest read-only and executable.
  /// Throws std::system_error.
  void seal(std::size_t used);

 private:
  std::uint8_t* data_;
  std::size_t capacity_;
};

}  // namespace wasmjet::jit
