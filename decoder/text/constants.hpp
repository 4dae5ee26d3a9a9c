#pragma once

#include "decoder/opcodes.hpp"
#include "decoder/text/cursor.hpp"
#include "decoder/text/module_writer.hpp"

namespace wasmjet::text {

/// The literal of i32.const, i64.const, f32.const, f64.const (spec 6.5.9), in the binary form.
void parse_constant(TokenCursor& cursor, Immediate kind, Bytes& out);

/// "i32x4 1 2 3 4" and the other shapes of v128.const (spec 6.5.10): 16 bytes.
void parse_vector_constant(TokenCursor& cursor, Bytes& out);

/// One lane number: a byte. Whether there is such a lane is validation's business.
void parse_lane(TokenCursor& cursor, Bytes& out);
/// The 16 lane numbers of i8x16.shuffle.
void parse_shuffle(TokenCursor& cursor, Bytes& out);

}  // namespace wasmjet::text
