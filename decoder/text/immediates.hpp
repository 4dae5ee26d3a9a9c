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

/// The row that a keyword names (the first of several). Refuses other keywords: those of later standards as
/// unsupported.
Opcode expect_opcode(TokenCursor& cursor);

/// Appends the opcode's bytes.
void put_opcode(Bytes& out, Opcode op);

/// "(type x)? (param ...)* (result ...)*" of a block, as the binary format writes it (spec 5.4.1).
void parse_block_type(BodyContext& body, Bytes& out);

/// Parses the immediates that follow the keyword of `op` and appends the whole instruction. Not for block,
/// loop, if, else and end.
void parse_instruction(BodyContext& body, Opcode op, Bytes& out);

}  // namespace wasmjet::text
