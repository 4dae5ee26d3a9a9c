#include "jit/x64/macro_assembler.hpp"

#include <cassert>
#include <cstring>
#include <utility>

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {

/// 16-byte masks at the start of what is emitted in one go, in the order of `link_mask`'s argument.
constexpr std::uint64_t kMasks[][2] = {
    {0x7FFFFFFF7FFFFFFF, 0x7FFFFFFF7FFFFFFF},  // abs f32
    {0x8000000080000000, 0x8000000080000000},  // sign f32
    {0x7FFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF},  // abs f64
    {0x8000000000000000, 0x8000000000000000},  // sign f64
};

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
    point_to(position(), constant.link);
    embed(&constant.bits, 8);
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
    if (features_.avx) {
      vxorps(fp(to), fp(to), fp(other));
    } else {
      xorps(fp(to), fp(other));
    }
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
