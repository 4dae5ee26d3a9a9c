#include "decoder/error.hpp"

#include <cstdio>

namespace wasmjet {

namespace {

const char* kind_name(ModuleErrorKind kind) {
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

}  // namespace

std::string ModuleError::message() const {
  char position[32];
  std::snprintf(position, sizeof position, " at offset 0x%zx", offset_);
  return std::string(kind_name(kind_)) + ": " + what() + position;
}

}  // namespace wasmjet
