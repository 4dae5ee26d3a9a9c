#pragma once

#include "decoder/text/annotations.hpp"
#include "decoder/text/branch_hints.hpp"
#include "decoder/text/index_space.hpp"
#include "decoder/text/module_writer.hpp"
#include "decoder/text/type_table.hpp"

namespace wasmjet::text {

/// What becomes the functions' names in the name section.
enum class FunctionNaming : std::uint8_t {
  annotations,  ///< "(@name ...)" only, as the spec has it: identifiers leave no trace in the binary
  identifiers,  ///< where there is none, the identifier: for a backtrace that its author can read
};

/// What all fields of a module share while it is assembled: names by index space, types, and the binary.
struct ModuleContext {
  FunctionNaming naming = FunctionNaming::annotations;
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
