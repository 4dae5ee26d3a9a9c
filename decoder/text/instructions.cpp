#include "decoder/text/instructions.hpp"

#include <utility>

namespace wasmjet::text {

void InstructionParser::parse_sequence() {
  while (!frames_.empty() || !cursor_.at(TokenKind::close)) step();
}

void InstructionParser::parse_folded() {
  cursor_.expect_open();
  open();
  while (!frames_.empty()) step();
}

void InstructionParser::step() {
  if (cursor_.accept(TokenKind::open)) return open();
  if (cursor_.at(TokenKind::close)) return close();
  flat_instruction();
}

bool InstructionParser::takes_flat_instructions() const {
  return frames_.empty() || within(FrameKind::folded_block) || within(FrameKind::then) ||
         within(FrameKind::otherwise) || within(FrameKind::flat_block) || within(FrameKind::flat_if) ||
         within(FrameKind::flat_else);
}

/// Behind a "(".
void InstructionParser::open() {
  if (within(FrameKind::condition) && cursor_.accept_keyword("then")) {
    Frame& frame = frames_.back();
    flush_pending(frame);
    body_.labels.push(std::move(frame.label));
    frame.kind = FrameKind::then;
  } else if (within(FrameKind::between) && cursor_.at_keyword("else")) {
    note_source(cursor_.next());
    put_opcode(out_, Opcode::else_);
    frames_.back().kind = FrameKind::otherwise;
  } else if (within(FrameKind::between) || within(FrameKind::complete)) {
    cursor_.fail_unexpected();
  } else {
    open_folded_instruction();
  }
}

void InstructionParser::open_folded_instruction() {
  const Token keyword = cursor_.peek();
  const Opcode op = expect_opcode(cursor_);
  const std::size_t begin = pending_.size();
  switch (op) {
    case Opcode::block:
    case Opcode::loop:
    case Opcode::try_table:
      note_source(keyword);
      return open_block(op, FrameKind::folded_block);
    case Opcode::if_: {
      std::optional<std::string> label = cursor_.accept_id();
      parse_instruction(body_, op, pending_);
      frames_.push_back({FrameKind::condition, begin, keyword.offset, std::move(label)});
      return;
    }
    case Opcode::else_:
    case Opcode::end:
      cursor_.fail_at(keyword, "unexpected token '" + std::string(text_name(op)) + "'");
    default:
      parse_instruction(body_, op, pending_);
      frames_.push_back({FrameKind::operands, begin, keyword.offset, {}});
  }
}

/// At a ")".
void InstructionParser::close() {
  Frame& frame = frames_.back();
  switch (frame.kind) {
    case FrameKind::operands:
      flush_pending(frame);
      frames_.pop_back();
      break;
    case FrameKind::then:
      frame.kind = FrameKind::between;
      break;
    case FrameKind::otherwise:
      frame.kind = FrameKind::complete;
      break;
    case FrameKind::folded_block:
    case FrameKind::between:
    case FrameKind::complete:
      note_source(cursor_.peek());
      close_block();
      break;
    case FrameKind::condition:
    case FrameKind::flat_block:
    case FrameKind::flat_if:
    case FrameKind::flat_else:
      cursor_.fail_unexpected();
  }
  cursor_.next();
}

void InstructionParser::flat_instruction() {
  if (!takes_flat_instructions()) cursor_.fail_unexpected();
  note_source(cursor_.peek());
  if (cursor_.at_keyword("else")) return flat_else();
  if (cursor_.at_keyword("end")) return flat_end();
  const Opcode op = expect_opcode(cursor_);
  if (op == Opcode::if_) return open_block(op, FrameKind::flat_if);
  if (begins_block(op)) return open_block(op, FrameKind::flat_block);
  parse_instruction(body_, op, out_);
}

void InstructionParser::flat_else() {
  if (!within(FrameKind::flat_if)) cursor_.fail_unexpected();
  cursor_.next();
  check_repeated_label();
  put_opcode(out_, Opcode::else_);
  frames_.back().kind = FrameKind::flat_else;
}

void InstructionParser::flat_end() {
  if (!within(FrameKind::flat_block) && !within(FrameKind::flat_if) && !within(FrameKind::flat_else)) {
    cursor_.fail_unexpected();
  }
  cursor_.next();
  check_repeated_label();
  close_block();
}

void InstructionParser::open_block(Opcode op, FrameKind kind) {
  std::optional<std::string> label = cursor_.accept_id();
  parse_instruction(body_, op, out_);
  body_.labels.push(std::move(label));
  frames_.push_back({kind, 0, 0, {}});
}

void InstructionParser::close_block() {
  put_opcode(out_, Opcode::end);
  body_.labels.pop();
  frames_.pop_back();
}

/// The identifier that may follow `else` and `end` must be the block's.
void InstructionParser::check_repeated_label() {
  const Token token = cursor_.peek();
  const std::optional<std::string> id = cursor_.accept_id();
  if (id && id != body_.labels.innermost()) cursor_.fail_at(token, "mismatching label $" + *id);
}

void InstructionParser::flush_pending(const Frame& frame) {
  sources_.push_back({out_.size(), frame.source});
  out_.insert(out_.end(), pending_.begin() + static_cast<std::ptrdiff_t>(frame.pending), pending_.end());
  pending_.resize(frame.pending);
}

}  // namespace wasmjet::text
