#pragma once

#include <cstdint>

#include "decoder/code_reader.hpp"
#include "decoder/module.hpp"

namespace wasmjet::cli::counts {

/// `end` and `else` only say where blocks end: the specification calls them pseudo-instructions (5.4.1).
constexpr bool is_instruction(Opcode op) { return op != Opcode::end && op != Opcode::else_; }

/// Goes through a validated function: `visit(offset, opcode, reader)` for each instruction, delimiters
/// included, the reader standing before its immediates.
template <class Visit>
void for_each_instruction(const Module& module, std::uint32_t function, Visit visit) {
  const FunctionBody& body = module.body(function);
  CodeReader reader(module.bytes.data() + body.begin);
  for (std::uint32_t groups = reader.u32(); groups > 0; --groups) {
    reader.u32();
    reader.val_type();
  }
  const std::uint8_t* const end = module.bytes.data() + body.begin + body.size;
  while (reader.position() < end) {
    const auto offset = static_cast<std::uint32_t>(reader.position() - module.bytes.data());
    const Opcode op = reader.opcode();
    visit(offset, op, reader);
    reader.skip_immediates(op);
  }
}

/// The number of labels of the br_table whose immediates `reader` stands before, the default included.
inline std::uint64_t label_count(CodeReader reader) { return std::uint64_t{reader.u32()} + 1; }

}  // namespace wasmjet::cli::counts
