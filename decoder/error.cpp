#include "decoder/error.hpp"

#include <cstdio>

namespace wasmjet {

std::string_view to_string(ModuleErrorKind kind) {
  switch (kind) {
    case ModuleErrorKind::malformed:
      return "malformed";
    case ModuleErrorKind::invalid:
      return "invalid";
    case ModuleErrorKind::unsupported:
      return "unsupported";
    case ModuleErrorKind::cancelled:
      return "cancelled";
  }
  return "refused";
}

std::string ModuleError::message() const {
  char position[32];
  std::snprintf(position, sizeof position, " at offset 0x%zx", offset_);
  return std::string(to_string(kind_)) + ": " + what() + position;
}

}  // namespace wasmjet
