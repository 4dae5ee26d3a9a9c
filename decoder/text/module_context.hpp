#pragma once

#include "decoder/text/annotations.hpp"
#include "decoder/text/branch_hints.hpp"
#include "decoder/text/index_space.hpp"
#include "decoder/text/module_writer.hpp"
#include "decoder/text/type_table.hpp"

namespace wasmjet::text {

/// What all fields of a module share while it is assembled: names by index space, types, and the binary.
struct ModuleContext {
  ModuleWriter writer;
  TypeTable types{writer};
  IndexSpace functions{"func"};
  IndexSpace tables{"table"};
  IndexSpace memories{"memory"};
  IndexSpace globals{"global"};
  IndexSpace elements{"elem segment"};
  IndexSpace data{"data segment"};
  IndexSpace tags{"tag"};
  AnnotationPositions annotations;
  std::map<std::uint32_t, IndexSpace> annotated_locals;  ///< by function, where @name gives locals names
  BranchHints branch_hints;
};

}  // namespace wasmjet::text
