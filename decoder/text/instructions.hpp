#pragma once

#include <optional>
#include <string>
#include <vector>

#include "decoder/text/immediates.hpp"

namespace wasmjet::text {

/// Parses instructions, folded and flat (spec 6.5), into their binary form. Nesting costs no native stack.
class InstructionParser {
 public:
  InstructionParser(TokenCursor& cursor, ModuleContext& module, IndexSpace& locals, Bytes& out)
      : body_{cursor, module, locals, {}}, cursor_(cursor), out_(out) {}

  /// Instructions up to the ")" of the list around them, which stays. No `end` is appended.
  void parse_sequence();
  /// One folded instruction.
  void parse_folded();

  /// Where the instructions come from; offsets are those in `out`.
  const SourceMap& sources() const { return sources_; }

 private:
  /// What is open. A folded `if` goes from `condition` to `then`, `between`, `otherwise`, `complete`.
  enum class FrameKind : std::uint8_t {
    operands,      ///< a folded plain instruction: its operands come, then its bytes
    folded_block,  ///< block or loop
    condition,
    then,
    between,
    otherwise,
    complete,
    flat_block,  ///< block or loop, up to `end`
    flat_if,
    flat_else,
  };
  struct Frame {
    FrameKind kind;
    std::size_t pending = 0;           ///< operands, condition: where its bytes begin in pending_
    std::uint32_t source = 0;          ///< likewise: its keyword
    std::optional<std::string> label;  ///< condition: not in scope yet
  };

  bool within(FrameKind kind) const { return !frames_.empty() && frames_.back().kind == kind; }
  bool takes_flat_instructions() const;
  void step();
  void open();
  void open_folded_instruction();
  void close();
  void flat_instruction();
  void flat_else();
  void flat_end();
  void open_block(Opcode op, FrameKind kind);
  void close_block();
  void check_repeated_label();
  void flush_pending(const Frame& frame);
  /// What is appended to out_ now comes from `token`.
  void note_source(const Token& token) { sources_.push_back({out_.size(), token.offset}); }

  BodyContext body_;
  TokenCursor& cursor_;
  Bytes& out_;
  Bytes pending_;
  std::vector<Frame> frames_;
  SourceMap sources_;
};

}  // namespace wasmjet::text
