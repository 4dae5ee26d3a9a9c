#include "jit/a64/macro_assembler.hpp"

#include <asmjit/arm/a64utils.h>

#include <cassert>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;
using Inst = asmjit::a64::Inst;

namespace {
/// Instructions that write none of their register operands.
constexpr bool only_reads(asmjit::InstId id) {
  switch (id) {
    case Inst::kIdCmp:
    case Inst::kIdCmn:
    case Inst::kIdTst:
    case Inst::kIdCcmp:
    case Inst::kIdCcmn:
    case Inst::kIdStr:
    case Inst::kIdStrb:
    case Inst::kIdStrh:
    case Inst::kIdStp:
    case Inst::kIdBr:
      return true;
    default:
      return false;
  }
}

bool is_near(std::int64_t offset, unsigned bytes) {
  const bool scaled = offset >= 0 && offset % bytes == 0 && offset / bytes <= 4095;
  return scaled || (offset >= -256 && offset <= 255);
}
}  // namespace

MacroAssembler::MacroAssembler(CodeRegion& region, Emission& emission, JitOptions options)
    : emission_(emission), options_(std::move(options)) {
  code_.init(asmjit::Environment(asmjit::Arch::kAArch64));
  asmjit::CodeBuffer& buffer = code_.textSection()->buffer();
  buffer._data = region.data();
  buffer._capacity = region.capacity();
  buffer._flags = asmjit::CodeBufferFlags::kIsExternal | asmjit::CodeBufferFlags::kIsFixed;
  code_.attach(this);
#ifndef NDEBUG
  addDiagnosticOptions(asmjit::DiagnosticOptions::kValidateAssembler);
#endif
}

asmjit::Error MacroAssembler::_emit(asmjit::InstId id, const asmjit::Operand_& o0, const asmjit::Operand_& o1,
                                    const asmjit::Operand_& o2, const asmjit::Operand_* rest) {
  if (!only_reads(id)) {
    if (o0.isReg() && o0.as<arm::Reg>().isGp()) before_write(o0.as<arm::Reg>().id());
    if (id == Inst::kIdLdp && o1.as<arm::Reg>().isGp()) before_write(o1.as<arm::Reg>().id());
  }
  const asmjit::Error error = asmjit::a64::Assembler::_emit(id, o0, o1, o2, rest);
  // An instruction that is missing, but for this, would be code that does something else.
  if (error != asmjit::kErrorOk) {
    throw std::logic_error(std::string("AArch64 encoder: ") + asmjit::DebugUtils::errorAsString(error));
  }
  return error;
}

void MacroAssembler::before_write(unsigned number) {
  const bool pending = flags_.form == Flags::Form::zero || flags_.form == Flags::Form::bit;
  if (pending && flags_.reg.number() == number) make_flags();
  if (known_.in_scratch.valid() &&
      (number == Abi::kScratch.number() || known_.in_scratch.number() == number)) {
    known_.in_scratch = {};
  }
  if (known_.proven.valid() && known_.proven.number() == number) known_.proven = {};
  if (number == Abi::kIntTemp.number()) known_.constant.reset();
}

void MacroAssembler::raw(std::uint32_t word) {
  ensure_space(sizeof word);
  std::memcpy(_bufferPtr, &word, 4);
  _bufferPtr += 4;
}
std::uint32_t MacroAssembler::read32(std::uint32_t at) const {
  std::uint32_t word;
  std::memcpy(&word, _bufferData + at, 4);
  return word;
}
void MacroAssembler::write32(std::uint32_t at, std::uint32_t word) {
  std::memcpy(_bufferData + at, &word, 4);
}

void MacroAssembler::align_code(unsigned bytes) {
  while (position() % bytes != 0) nop();
}

void MacroAssembler::begin_function(std::uint32_t wasm_bytes, bool) {
  // Of usual code, a byte of Wasm becomes two to three bytes.
  constexpr std::uint32_t kNearBytes = 8U << 10, kMiddleBytes = 256U << 10;
  constexpr unsigned kFunctionAlignment = 16;
  reach_ = std::max(least_reach_, wasm_bytes <= kNearBytes     ? Reach::near
                                  : wasm_bytes <= kMiddleBytes ? Reach::middle
                                                               : Reach::far);
  align_code(kFunctionAlignment);
  function_begin_ = position();
  labels_.clear();
  references_.clear();
  traps_.clear();
  tables_.clear();
  far_tables_.clear();
  table_targets_.clear();
  pool_.clear();
  flags_ = {};
  known_ = {};
  outgoing_bytes_ = 0;
}

void MacroAssembler::reach_further() {
  if (reach_ == Reach::far) {
    throw ModuleError(ModuleErrorKind::unsupported, 0,
                      "a function's machine code exceeds the reach of jumps");
  }
  least_reach_ = static_cast<Reach>(static_cast<std::uint8_t>(reach_) + 1);
}

void MacroAssembler::end_function() {
  ensure_space((traps_.size() + table_targets_.size() + pool_.size()) * 16 + 1024);
  for (const OutOfLineTrap& out : traps_) {
    bind(out.label);
    wasm_delta_ = out.wasm_delta;
    may_trap(out.trap);
    udf(static_cast<std::uint32_t>(out.trap));
  }
  least_reach_ = Reach::near;
  if (tables_.empty() && pool_.empty()) return;
  while (position() % 8 != 0) udf(0);
  for (const PoolConstant& constant : pool_) {
    bind(constant.label);
    embed(&constant.bits, 8);
  }
  emit_tables();
}

void MacroAssembler::may_trap(TrapCode trap) {
  // A return address has a row of its own: keep the two apart.
  if (!emission_.rows.empty() && emission_.rows.back().code_offset == position()) nop();
  emission_.rows.push_back(CodeRow::make(position(), wasm_delta_, trap));
}

void MacroAssembler::move(Reg to, Reg from, ValKind kind) {
  if (to == from) return;
  const bool wide = !is_32_bit(kind);
  if (to.is_float()) {
    fmov(fp(to, wide), fp(from, wide));
  } else {
    mov(gp(to, wide), gp(from, wide));
  }
}

/// The shortest sequence of movz, movn, movk or a logical immediate.
void MacroAssembler::load_constant(Reg to, std::uint64_t bits, bool wide) {
  if (bits <= 0xFFFFFFFF) wide = false;
  const unsigned chunks = wide ? 4 : 2;
  const auto chunk = [&](unsigned i) { return static_cast<std::uint32_t>(bits >> (16 * i) & 0xFFFF); };
  unsigned zeros = 0, ones = 0;
  for (unsigned i = 0; i < chunks; ++i) {
    zeros += chunk(i) == 0 ? 1 : 0;
    ones += chunk(i) == 0xFFFF ? 1 : 0;
  }
  const arm::Gp d = gp(to, wide);
  if (zeros + 1 < chunks && ones + 1 < chunks && arm::Utils::isLogicalImm(bits, wide ? 64 : 32)) {
    orr(d, wide ? arm::Gp(arm::xzr) : arm::Gp(arm::wzr), bits);
    return;
  }
  const bool inverted = ones > zeros;
  if (zeros == chunks || ones == chunks) {
    inverted ? movn(d, 0) : movz(d, 0);
    return;
  }
  const std::uint32_t filler = inverted ? 0xFFFF : 0;
  bool first = true;
  for (unsigned i = 0; i < chunks; ++i) {
    if (chunk(i) == filler) continue;
    if (!first) {
      movk(d, chunk(i), arm::lsl(16 * i));
    } else if (inverted) {
      movn(d, ~chunk(i) & 0xFFFF, arm::lsl(16 * i));
    } else {
      movz(d, chunk(i), arm::lsl(16 * i));
    }
    first = false;
  }
}

/// The register is kIntTemp, free but around calls; there the constant stays until somebody else wants that.
Reg MacroAssembler::constant_operand(std::uint64_t bits, bool wide) {
  if (!wide) bits = static_cast<std::uint32_t>(bits);
  if (known_.constant != bits) load_constant(Abi::kIntTemp, bits, true);
  known_.constant = bits;
  return Abi::kIntTemp;
}

void MacroAssembler::constant(Reg to, std::uint64_t bits, ValKind kind, bool) {
  if (!to.is_float()) {
    load_constant(to, bits, true);
    return;
  }
  const bool wide = !is_32_bit(kind);
  if (bits == 0) {
    movi(arm::d(to.number()), 0);
  } else if (wide ? arm::Utils::isFP64Imm8(bits) : arm::Utils::isFP32Imm8(static_cast<std::uint32_t>(bits))) {
    wide ? fmov(fp(to, true), std::bit_cast<double>(bits))
         : fmov(fp(to, false), std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  } else if (reach_ == Reach::far) {
    load_constant(Abi::kScratch, bits, true);
    fmov(fp(to, wide), gp(Abi::kScratch, wide));
  } else {
    auto known = pool_.begin();
    while (known != pool_.end() && known->bits != bits) ++known;
    if (known == pool_.end()) known = pool_.insert(known, {bits, new_label()});
    add_reference(known->label);
    raw((wide ? 0x5C000000U : 0x1C000000U) | to.number());  // ldr (literal)
  }
}

/// A memory operand at `base + offset`; overwrites kScratch where the offset does not fit an instruction.
MacroAssembler::Mem MacroAssembler::place(Reg base, std::int64_t offset, unsigned bytes) {
  if (is_near(offset, bytes)) return arm::ptr(gp64(base), static_cast<std::int32_t>(offset));
  constexpr std::int64_t kTwoAdditions = 1 << 24;
  if (offset > -kTwoAdditions && offset < kTwoAdditions) {
    std::int64_t low = offset & 0xFFF;
    if (!is_near(low, bytes)) low = 0;  // odd offsets of wide accesses
    add_constant(true, Abi::kScratch, base, offset - low);
    return arm::ptr(scratch, static_cast<std::int32_t>(low));
  }
  if (base == Abi::kScratch) throw std::logic_error("no register left for an address");
  load_constant(Abi::kScratch, static_cast<std::uint64_t>(offset), true);
  return arm::ptr(gp64(base), scratch);
}

/// Slots near the frame pointer are addressed from it; others from the stack pointer, if its distance is
/// known already.
MacroAssembler::Mem MacroAssembler::frame_place(std::int32_t offset, unsigned bytes) {
  if (frame_size_ == FrameSize::fixed && offset < -256) {
    const std::int64_t from_sp = std::int64_t{fixed_bytes_} + outgoing_bytes_ + offset;
    if (is_near(from_sp, bytes)) return arm::ptr(arm::sp, static_cast<std::int32_t>(from_sp));
  }
  return place(kFramePointer, offset, bytes);
}

void MacroAssembler::load_or_store(bool is_load, Reg reg, const Mem& mem, ValKind kind) {
  const bool wide = !is_32_bit(kind);
  if (reg.is_float()) {
    is_load ? ldr(fp(reg, wide), mem) : str(fp(reg, wide), mem);
  } else {
    is_load ? ldr(gp(reg, wide), mem) : str(gp(reg, wide), mem);
  }
}

void MacroAssembler::load(Reg to, Reg base, std::int32_t offset, ValKind kind) {
  load_or_store(true, to, place(base, offset, is_32_bit(kind) ? 4 : 8), kind);
}
void MacroAssembler::store(Reg base, std::int32_t offset, Reg from, ValKind kind) {
  load_or_store(false, from, place(base, offset, is_32_bit(kind) ? 4 : 8), kind);
}
void MacroAssembler::load_frame(Reg to, std::int32_t frame_offset, ValKind kind) {
  load_or_store(true, to, frame_place(frame_offset, is_32_bit(kind) ? 4 : 8), kind);
}
void MacroAssembler::store_frame(std::int32_t frame_offset, Reg from, ValKind kind) {
  load_or_store(false, from, frame_place(frame_offset, is_32_bit(kind) ? 4 : 8), kind);
}

bool MacroAssembler::fits_store_immediate(std::uint64_t bits, ValKind) {
  return bits == 0;  // the zero register
}

void MacroAssembler::store_frame_constant(std::int32_t frame_offset, std::uint64_t, ValKind kind) {
  const bool wide = !is_32_bit(kind);
  str(wide ? arm::Gp(arm::xzr) : arm::Gp(arm::wzr), frame_place(frame_offset, wide ? 8 : 4));
}

void MacroAssembler::store_outgoing(std::int32_t offset, Reg from) {
  store(kStackPointer, offset, from, from.is_float() ? ValKind::f64 : ValKind::i64);
}

void MacroAssembler::exchange(Reg a, Reg b) {
  const bool floating = a.is_float();
  const ValKind kind = floating ? ValKind::f64 : ValKind::i64;
  const Reg temp = floating ? Abi::kFloatTemp : Abi::kScratch;
  move(temp, a, kind);
  move(a, b, kind);
  move(b, temp, kind);
}

/// `to` = from + value, wrapping. Overwrites kScratch where the value takes more than 24 bits.
void MacroAssembler::add_constant(bool wide, Reg to, Reg from, std::int64_t value) {
  const bool negative = value < 0;
  const std::uint64_t size =
      negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  const arm::Gp d = gp(to, wide), s = gp(from, wide);
  const auto id = negative ? Inst::kIdSub : Inst::kIdAdd;
  if (size >= 1U << 24) {
    load_constant(Abi::kScratch, static_cast<std::uint64_t>(value), true);
    add(d, s, gp(Abi::kScratch, wide));
    return;
  }
  const std::uint64_t low = size & 0xFFF, high = size >> 12;
  if (high != 0) emit(id, d, s, asmjit::imm(high), asmjit::Imm(arm::lsl(12)));
  if (low != 0) emit(id, d, high != 0 ? d : s, asmjit::imm(low));
  if (size == 0 && to != from) mov(d, s);
}

void MacroAssembler::frame_address(Reg to, std::int32_t frame_offset) {
  add_constant(true, to, kFramePointer, frame_offset);
}

void MacroAssembler::zero_frame(std::int32_t lowest_offset, std::uint32_t slots, Reg temp) {
  constexpr std::uint32_t kUnrolled = 16;
  if (slots == 1) {
    store_frame_constant(lowest_offset, 0, ValKind::i64);
    return;
  }
  if (slots <= kUnrolled && lowest_offset >= -512) {
    std::int32_t at = lowest_offset;
    for (std::uint32_t left = slots; left >= 2; left -= 2, at += 16) {
      stp(arm::xzr, arm::xzr, arm::ptr(gp64(kFramePointer), at));
    }
    if (slots % 2 != 0) store_frame_constant(at, 0, ValKind::i64);
    return;
  }
  frame_address(Abi::kScratch, lowest_offset);
  if (slots % 2 != 0) str(arm::xzr, arm::ptr_post(scratch, 8));
  if (slots <= kUnrolled) {
    for (std::uint32_t left = slots; left >= 2; left -= 2)
      stp(arm::xzr, arm::xzr, arm::ptr_post(scratch, 16));
    return;
  }
  load_constant(temp, slots / 2, true);
  const Label again = new_label();
  bind(again);
  stp(arm::xzr, arm::xzr, arm::ptr_post(scratch, 16));
  sub(gp64(temp), gp64(temp), 1);
  branch_if_zero(true, temp, false, again);
}

void MacroAssembler::load_table_element(Reg to, Reg elements, Reg index) {
  ldr(gp64(to), arm::ptr(gp64(elements), gp32(index), arm::uxtw(3)));
}
void MacroAssembler::store_table_element(Reg elements, Reg index, Reg from) {
  str(gp64(from), arm::ptr(gp64(elements), gp32(index), arm::uxtw(3)));
}

}  // namespace wasmjet::jit::a64
