#include "jit/x64/macro_assembler.hpp"

#include <cassert>
#include <cstring>
#include <utility>

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {
constexpr std::int32_t kLongestNearJump = 127;

/// 16-byte masks at the start of what is emitted in one go, in the order of `link_mask`'s argument.
constexpr std::uint64_t kMasks[][2] = {
    {0x7FFFFFFF7FFFFFFF, 0x7FFFFFFF7FFFFFFF},  // abs f32
    {0x8000000080000000, 0x8000000080000000},  // sign f32
    {0x7FFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF},  // abs f64
    {0x8000000000000000, 0x8000000000000000},  // sign f64
};

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

MacroAssembler::MacroAssembler(CodeRegion& region, Emission& emission, CpuFeatures features,
                               JitOptions options)
    : emission_(emission), features_(features), options_(std::move(options)) {
  code_.init(asmjit::Environment(asmjit::Arch::kX64));
  asmjit::CodeBuffer& buffer = code_.textSection()->buffer();
  buffer._data = region.data();
  buffer._capacity = region.capacity();
  buffer._flags = asmjit::CodeBufferFlags::kIsExternal | asmjit::CodeBufferFlags::kIsFixed;
  code_.attach(this);
#ifndef NDEBUG
  addDiagnosticOptions(asmjit::DiagnosticOptions::kValidateAssembler);
#endif
  embed(kMasks, sizeof kMasks);
}

void MacroAssembler::raw32(std::int32_t value) {
  std::memcpy(_bufferPtr, &value, 4);
  _bufferPtr += 4;
}
std::int32_t MacroAssembler::read32(std::uint32_t at) const {
  std::int32_t value;
  std::memcpy(&value, _bufferData + at, 4);
  return value;
}
void MacroAssembler::write32(std::uint32_t at, std::int32_t value) {
  std::memcpy(_bufferData + at, &value, 4);
}

void MacroAssembler::align_code(unsigned bytes) { align(bytes); }

void MacroAssembler::begin_function(std::uint32_t, bool recursive) {
  align_code(recursive ? kRecursionAlignment : kFunctionAlignment);
  function_begin_ = position();
  zero_flag_ = {};
  labels_.clear();
  rare_conversions_.clear();
  traps_.clear();
  tables_.clear();
  table_targets_.clear();
  pool_.clear();
}

void MacroAssembler::end_function() {
  constexpr std::size_t kMostPerRareConversion = 96;  // with its constants and traps
  ensure_space((traps_.size() + table_targets_.size() + pool_.size()) * 16 +
               rare_conversions_.size() * kMostPerRareConversion + 1024);
  emit_rare_conversions();
  for (const OutOfLineTrap& out : traps_) {
    bind(out.label);
    wasm_delta_ = out.wasm_delta;
    may_trap(out.trap);
    ud2();
  }
  if (tables_.empty() && pool_.empty()) return;
  while (position() % 8 != 0) raw8(0xCC);
  emit_tables();
  for (const PoolConstant& constant : pool_) {
    const auto place = static_cast<std::int32_t>(position());
    embed(&constant.bits, 8);
    for (std::int32_t at = constant.link; at >= 0;) {
      const std::int32_t next = read32(static_cast<std::uint32_t>(at));
      write32(static_cast<std::uint32_t>(at), place - (at + 4));
      at = next;
    }
  }
}

Label MacroAssembler::new_label() {
  labels_.emplace_back();
  return Label{static_cast<std::uint32_t>(labels_.size() - 1)};
}

void MacroAssembler::bind(Label label) {
  LabelState& state = labels_[label.id];
  assert(state.position < 0);
  state.position = static_cast<std::int32_t>(position());
  zero_flag_ = {};
  for (std::int32_t at = state.link; at >= 0;) {
    const std::int32_t next = read32(static_cast<std::uint32_t>(at));
    write32(static_cast<std::uint32_t>(at), state.position - (at + 4));
    at = next;
  }
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

void MacroAssembler::jump_table(Reg index, Reg temp, std::span<const Label> targets) {
  lea(gp64(temp), rip_operand(8));
  tables_.push_back({position() - 4, static_cast<std::uint32_t>(table_targets_.size()),
                     static_cast<std::uint32_t>(targets.size())});
  table_targets_.insert(table_targets_.end(), targets.begin(), targets.end());
  jmp(x86::qword_ptr(gp64(temp), gp64(index), 3));
}

/// Tables stand behind the code: as data among the instructions they would cost cache and prediction.
void MacroAssembler::emit_tables() {
  for (const JumpTable& table : tables_) {
    write32(table.reference, static_cast<std::int32_t>(position() - (table.reference + 4)));
    emission_.tables.push_back({position(), table.count});
    for (std::uint32_t i = 0; i < table.count; ++i) {
      const std::int64_t target = labels_[table_targets_[table.first + i].id].position;
      embed(&target, sizeof target);
    }
  }
}

x86::Mem MacroAssembler::frame(std::int32_t offset, unsigned size) {
  return x86::ptr(x86::rbp, offset, size);
}

void MacroAssembler::move_float(Reg to, Reg from) {
  if (features_.avx) {
    vector_move(to.number(), from.number());
  } else {
    movaps(fp(to), fp(from));
  }
}

void MacroAssembler::move(Reg to, Reg from, ValKind kind) {
  if (to == from) return;
  if (to.is_float()) {
    move_float(to, from);
  } else {
    QuickAssembler::move(!is_32_bit(kind), to.number(), from.number());
  }
}

void MacroAssembler::link_pool_constant(std::uint64_t bits) {
  const auto at = static_cast<std::int32_t>(position() - 4);
  for (PoolConstant& constant : pool_) {
    if (constant.bits == bits) {
      write32(static_cast<std::uint32_t>(at), constant.link);
      constant.link = at;
      return;
    }
  }
  write32(static_cast<std::uint32_t>(at), -1);
  pool_.push_back({bits, at});
}

void MacroAssembler::link_mask(unsigned mask) {
  const std::uint32_t at = position() - 4;
  write32(at, static_cast<std::int32_t>(mask * 16) - static_cast<std::int32_t>(at + 4));
}

void MacroAssembler::constant(Reg to, std::uint64_t bits, ValKind kind, bool keep_flags) {
  if (to.is_float()) {
    if (bits == 0) {
      if (features_.avx) {
        vxorps(fp(to), fp(to), fp(to));
      } else {
        xorps(fp(to), fp(to));
      }
    } else {
      load_float(to, rip_operand(kind == ValKind::f32 ? 4 : 8));
      link_pool_constant(bits);
    }
    return;
  }
  if (bits == 0 && !keep_flags) {
    arithmetic(kXor, false, to.number(), to.number());
  } else if (bits <= 0xFFFFFFFF) {
    mov(gp32(to), static_cast<std::uint32_t>(bits));
  } else if (static_cast<std::int64_t>(bits) >= INT32_MIN && static_cast<std::int64_t>(bits) < 0) {
    mov(gp64(to), static_cast<std::int64_t>(bits));
  } else {
    movabs(gp64(to), bits);
  }
}

void MacroAssembler::load_frame(Reg to, std::int32_t frame_offset, ValKind kind) {
  load(to, rbp, frame_offset, kind);
}
void MacroAssembler::store_frame(std::int32_t frame_offset, Reg from, ValKind kind) {
  const bool knows_zero_flag = zero_flag_.position == position();
  store(rbp, frame_offset, from, kind);
  if (knows_zero_flag) zero_flag_.position = position();
}

void MacroAssembler::load_float(Reg to, const x86::Mem& from) {
  const bool wide = from.size() == 8;
  if (features_.avx) {
    vector_move(wide, fp(to), from);
  } else {
    wide ? movsd(fp(to), from) : movss(fp(to), from);
  }
}

void MacroAssembler::store_float(const x86::Mem& to, Reg from) {
  const bool wide = to.size() == 8;
  if (features_.avx) {
    vector_move(wide, to, fp(from));
  } else {
    wide ? movsd(to, fp(from)) : movss(to, fp(from));
  }
}

void MacroAssembler::load(Reg to, Reg base, std::int32_t offset, ValKind kind) {
  const bool wide = !is_32_bit(kind);
  const Address place{base.number(), Address::kNoIndex, 0, offset};
  if (!to.is_float()) return memory(MemoryForm::of(0x8B, wide), to.number(), place);
  if (features_.avx) return vector_load(wide, to.number(), place);
  load_float(to, x86::ptr(gp64(base), offset, wide ? 8 : 4));
}

void MacroAssembler::store(Reg base, std::int32_t offset, Reg from, ValKind kind) {
  const bool wide = !is_32_bit(kind);
  const Address place{base.number(), Address::kNoIndex, 0, offset};
  if (!from.is_float()) return memory(MemoryForm::of(0x89, wide), from.number(), place);
  if (features_.avx) return vector_store(wide, from.number(), place);
  store_float(x86::ptr(gp64(base), offset, wide ? 8 : 4), from);
}

bool MacroAssembler::fits_store_immediate(std::uint64_t bits, ValKind kind) {
  return is_32_bit(kind) || static_cast<std::int64_t>(bits) == static_cast<std::int32_t>(bits);
}

void MacroAssembler::store_frame_constant(std::int32_t frame_offset, std::uint64_t bits, ValKind kind) {
  mov(frame(frame_offset, is_32_bit(kind) ? 4 : 8), static_cast<std::int32_t>(bits));
}

void MacroAssembler::store_outgoing(std::int32_t offset, Reg from) {
  store(rsp, offset, from, from.is_float() ? ValKind::f64 : ValKind::i64);
}

void MacroAssembler::exchange(Reg a, Reg b) {
  if (!a.is_float()) {
    xchg(gp64(a), gp64(b));
    return;
  }
  // Without kFloatTemp, which may be an argument that has been placed already.
  const auto merge = [this](Reg to, Reg other) {
    features_.avx ? vxorps(fp(to), fp(to), fp(other)) : xorps(fp(to), fp(other));
  };
  merge(a, b);
  merge(b, a);
  merge(a, b);
}

void MacroAssembler::frame_address(Reg to, std::int32_t frame_offset) {
  lea(gp64(to), frame(frame_offset, 8));
}

void MacroAssembler::zero_frame(std::int32_t lowest_offset, std::uint32_t slots, Reg temp) {
  constexpr std::uint32_t kUnrolled = 8;
  if (slots <= kUnrolled) {
    for (std::uint32_t i = 0; i < slots; ++i) {
      mov(frame(lowest_offset + static_cast<std::int32_t>(i * 8), 8), 0);
    }
    return;
  }
  mov(gp64(temp), -static_cast<std::int64_t>(slots) * 8);
  const Label again = new_label();
  bind(again);
  mov(x86::ptr(x86::rbp, gp64(temp), 0, lowest_offset + static_cast<std::int32_t>(slots * 8), 8), 0);
  add(gp64(temp), 8);
  jump_if(Cond::ne, again);
}

void MacroAssembler::load_table_element(Reg to, Reg elements, Reg index) {
  mov(gp64(to), x86::qword_ptr(gp64(elements), gp64(index), 3));
}
void MacroAssembler::store_table_element(Reg elements, Reg index, Reg from) {
  mov(x86::qword_ptr(gp64(elements), gp64(index), 3), gp64(from));
}

}  // namespace wasmjet::jit::x64
