#include <cassert>
#include <utility>

#include "jit/x64/macro_assembler.hpp"

/// MacroAssembler: labels, jumps, traps and jump tables.
namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {
constexpr std::int32_t kLongestNearJump = 127;

std::uint8_t condition_code(Cond cond) {
  switch (cond) {
    case Cond::eq:
    case Cond::float_eq:
      return 0x4;
    case Cond::ne:
    case Cond::float_ne:
      return 0x5;
    case Cond::lt_s:
      return 0xC;
    case Cond::ge_s:
      return 0xD;
    case Cond::lt_u:
    case Cond::float_not_above_equal:
      return 0x2;
    case Cond::ge_u:
    case Cond::float_above_equal:
      return 0x3;
    case Cond::gt_s:
      return 0xF;
    case Cond::le_s:
      return 0xE;
    case Cond::gt_u:
    case Cond::float_above:
      return 0x7;
    case Cond::le_u:
    case Cond::float_not_above:
      return 0x6;
  }
  return 0;
}
}  // namespace

Label MacroAssembler::new_label() {
  labels_.push_back({});
  return Label{static_cast<std::uint32_t>(labels_.size() - 1)};
}

/// Makes the displacements of a chain, each of which holds the place of the next, lead to `place`.
void MacroAssembler::point_to(std::uint32_t place, std::int32_t link) {
  for (std::int32_t at = link; at >= 0;) {
    const std::int32_t next = read32(static_cast<std::uint32_t>(at));
    write32(static_cast<std::uint32_t>(at), static_cast<std::int32_t>(place) - (at + 4));
    at = next;
  }
}

void MacroAssembler::bind(Label label) {
  LabelState& state = labels_[label.id];
  assert(state.position < 0);
  state.position = static_cast<std::int32_t>(position());
  zero_flag_ = {};
  point_to(position(), state.link);
  for (std::int32_t at = state.near_link; at >= 0;) {
    const std::int32_t distance = state.position - (at + 1);
    if (distance > kLongestNearJump) throw OutOfReach();
    const std::uint8_t next = std::exchange(_bufferData[at], static_cast<std::uint8_t>(distance));
    at = next != 0 ? at - next : -1;
  }
}

void MacroAssembler::emit_jump(std::uint8_t opcode_short, std::uint8_t prefix, std::uint8_t opcode_near,
                               Label label) {
  LabelState& state = labels_[label.id];
  if (state.position >= 0) {
    const std::int32_t distance = state.position - static_cast<std::int32_t>(position() + 2);
    if (distance >= -128) {
      raw8(opcode_short);
      raw8(static_cast<std::uint8_t>(distance));
      return;
    }
  }
  if (label.is_near && state.position < 0) {
    raw8(opcode_short);
    const auto at = static_cast<std::int32_t>(position());
    const std::int32_t since = state.near_link < 0 ? 0 : at - state.near_link;
    if (since > kLongestNearJump) throw OutOfReach();
    raw8(static_cast<std::uint8_t>(since));
    state.near_link = at;
    return;
  }
  if (prefix != 0) raw8(prefix);
  raw8(opcode_near);
  if (state.position >= 0) {
    raw32(state.position - static_cast<std::int32_t>(position() + 4));
  } else {
    const auto at = static_cast<std::int32_t>(position());
    raw32(state.link);
    state.link = at;
  }
}

void MacroAssembler::jump(Label label) { emit_jump(0xEB, 0, 0xE9, label); }

void MacroAssembler::jump_on(std::uint8_t condition, Label label) {
  emit_jump(static_cast<std::uint8_t>(0x70 | condition), 0x0F, static_cast<std::uint8_t>(0x80 | condition),
            label);
}

void MacroAssembler::jump_if(Cond cond, Label label) {
  if (cond == Cond::float_eq) {  // equal and ordered
    const Label unordered = new_label().near();
    jump_on(kIfUnordered, unordered);
    jump_on(condition_code(cond), label);
    bind(unordered);
    return;
  }
  if (cond == Cond::float_ne) jump_on(kIfUnordered, label);
  jump_on(condition_code(cond), label);
}

Label MacroAssembler::trap_label(TrapCode trap) {
  if (!traps_.empty() && traps_.back().trap == trap && traps_.back().wasm_delta == wasm_delta_) {
    return traps_.back().label;
  }
  const Label label = new_label();
  traps_.push_back({label, trap, wasm_delta_});
  return label;
}

void MacroAssembler::trap_if(Cond cond, TrapCode trap) { jump_if(cond, trap_label(trap)); }

void MacroAssembler::trap(TrapCode trap) {
  may_trap(trap);
  ud2();
}

std::uint32_t MacroAssembler::jump_table(std::span<const Label> targets) {
  tables_.push_back(
      {static_cast<std::uint32_t>(table_targets_.size()), static_cast<std::uint32_t>(targets.size())});
  table_targets_.insert(table_targets_.end(), targets.begin(), targets.end());
  return static_cast<std::uint32_t>(tables_.size() - 1);
}

/// Moves the jump that ends `bytes` from here to where none of the table's other jumps of the present round
/// of 16 ends, modulo 16: Zen 4 tells the branches on the way to an indirect jump apart by the four lowest
/// bits of their addresses alone.
void MacroAssembler::spread(JumpTable& table, unsigned bytes) {
  if (table.ends == 0xFFFF) table.ends = 0;
  unsigned padding = 0;
  while ((table.ends >> ((position() + bytes + padding) % 16) & 1) != 0) ++padding;
  table.ends |= static_cast<std::uint16_t>(1U << ((position() + bytes + padding) % 16));
  pad(padding);
}

void MacroAssembler::jump_by_table(Reg index, Reg temp, std::uint32_t table) {
  const unsigned prefix = index.number() >= 8 || temp.number() >= 8 ? 1 : 0;
  spread(tables_[table], 10 + prefix);
  lea(gp64(temp), rip_operand(8));
  const std::uint32_t displacement = position() - 4;
  write32(displacement, std::exchange(tables_[table].link, static_cast<std::int32_t>(displacement)));
  jmp(x86::qword_ptr(gp64(temp), gp64(index), 3));
}

/// Tables stand behind the code: as data among the instructions they would cost cache and prediction.
void MacroAssembler::emit_tables() {
  for (const JumpTable& table : tables_) {
    point_to(position(), table.link);
    emission_.tables.push_back({position(), table.count});
    for (std::uint32_t i = 0; i < table.count; ++i) {
      const std::int64_t target = labels_[table_targets_[table.first + i].id].position;
      embed(&target, sizeof target);
    }
  }
}

}  // namespace wasmjet::jit::x64
