#pragma once

#include "decoder/code_reader.hpp"
#include "decoder/module.hpp"
#include "decoder/text/printer/identifiers.hpp"
#include "decoder/text/printer/read_branch_hints.hpp"

namespace wasmjet::text {

/// Prints the functions of a validated module (spec 6.6.6), one after the other.
class FunctionPrinter {
 public:
  /// `ids` gets the names of each function's locals and labels. `hints` are those of all functions.
  FunctionPrinter(TextOutput& out, const Module& module, const ModuleNames& names,
                  const std::vector<BranchHint>& hints, Identifiers& ids)
      : out_(out), module_(module), names_(names), hints_(hints), ids_(ids) {}

  /// A new line, "(func", its type, locals and instructions, one a line. To be called in ascending order.
  void put(std::uint32_t function);

 private:
  void put_locals(std::uint32_t params, CodeReader& reader);
  void put_hint(const CodeReader& reader);
  /// True if there was any.
  bool put_instructions(CodeReader& reader);

  TextOutput& out_;
  const Module& module_;
  const ModuleNames& names_;
  const std::vector<BranchHint>& hints_;
  std::size_t next_hint_ = 0;
  Identifiers& ids_;
};

}  // namespace wasmjet::text
