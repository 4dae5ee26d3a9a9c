#pragma once

#include "decoder/opcodes.hpp"
#include "decoder/text/labels.hpp"
#include "decoder/text/module_context.hpp"

namespace wasmjet::text {

/// Where an instruction stands.
struct BodyContext {
  TokenCursor& cursor;
  ModuleContext& module;
  IndexSpace& locals;
  LabelStack labels;
};

/// The row that a keyword names (the first of several). Refuses other keywords: those of legacy exception
/// handling as unsupported.
Opcode expect_opcode(TokenCursor& cursor);

/// Appends the opcode's bytes.
void put_opcode(Bytes& out, Opcode op);

/// Whether the opcode begins a block that `end` closes.
constexpr bool begins_block(Opcode op) {
  return op == Opcode::block || op == Opcode::loop || op == Opcode::if_ || op == Opcode::try_table;
}

/// Parses the immediates that follow the keyword of `op` (of a block: and its label) and appends the whole
/// instruction. Labels that they name are those around it.
void parse_instruction(BodyContext& body, Opcode op, Bytes& out);

}  // namespace wasmjet::text
