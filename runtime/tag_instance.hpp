#pragma once

#include <cstdint>

#include "decoder/types.hpp"

namespace wasmjet {

/// A tag (spec 4.2.10). Its address is its identity; what it has is the type of its exceptions.
struct TagInstance {
  std::uint32_t type_id = 0;  ///< of the engine
  FuncType type;
};

}  // namespace wasmjet
