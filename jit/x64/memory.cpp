#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "jit/x64/macro_assembler.hpp"
#include "jit/x64/rows.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {
[[noreturn]] void report_dirty_upper_half() {
  std::fputs("wasmjet: internal error: an index of linear memory has a dirty upper half\n", stderr);
  std::abort();
}
[[noreturn]] void report_stale_copy() {
  std::fputs("wasmjet: internal error: a register holds a former value of a local\n", stderr);
  std::abort();
}
}  // namespace

x86::Mem MacroAssembler::linear(const MemoryOperand& address, unsigned size) {
  const x86::Gp base = gp64(address.base.valid() ? address.base : Abi::kMemoryBase);
  const auto offset = static_cast<std::int32_t>(address.offset);
  if (!address.index.valid()) return x86::ptr(base, offset, size);
  return x86::ptr(base, gp64(address.index), 0, offset, size);
}

auto MacroAssembler::linear_place(const MemoryOperand& address) -> Address {
  return {(address.base.valid() ? address.base : Abi::kMemoryBase).number(),
          address.index.valid() ? address.index.number() : Address::kNoIndex, 0,
          static_cast<std::int32_t>(address.offset)};
}

void MacroAssembler::load_memory(Opcode op, Reg to, const MemoryOperand& address) {
  may_trap(TrapCode::memory_out_of_bounds);
  if (!to.is_float()) return memory(row_of<load_form>(op), to.number(), linear_place(address));
  const bool wide = op == Opcode::f64_load;
  if (features_.avx) return vector_load(wide, to.number(), linear_place(address));
  load_float(to, linear(address, wide ? 8 : 4));
}

void MacroAssembler::store_memory(Opcode op, const MemoryOperand& address, Reg from) {
  may_trap(TrapCode::memory_out_of_bounds);
  if (!from.is_float()) return memory(row_of<store_form>(op), from.number(), linear_place(address));
  const bool wide = op == Opcode::f64_store;
  if (features_.avx) return vector_store(wide, from.number(), linear_place(address));
  store_float(linear(address, wide ? 8 : 4), from);
}

void MacroAssembler::store_memory_constant(Opcode op, const MemoryOperand& address, std::int32_t value) {
  const AccessRow row = row_of<access_row>(op);
  may_trap(TrapCode::memory_out_of_bounds);
  const std::int32_t narrow = row.bytes == 1   ? static_cast<std::int8_t>(value)
                              : row.bytes == 2 ? static_cast<std::int16_t>(value)
                                               : value;
  mov(linear(address, row.bytes), narrow);
}

void MacroAssembler::binary_memory(Opcode op, Reg to, Reg left, const MemoryOperand& address) {
  if (!to.is_float()) {
    const AluRow& row = row_of<alu_row>(op);
    if (to != left) QuickAssembler::move(row.wide, to.number(), left.number());
    may_trap(TrapCode::memory_out_of_bounds);
    const Address place = linear_place(address);
    row.form == AluRow::Form::multiply ? multiply(row.wide, to.number(), place)
                                       : arithmetic(row.code, row.wide, to.number(), place);
    return;
  }
  const FloatRow& row = row_of<float_row>(op);
  if (!features_.avx) move(to, left, ValKind::f64);
  may_trap(TrapCode::memory_out_of_bounds);
  if (features_.avx) {
    vector_memory(row.wide ? kF2 : kF3, row.opcode, to.number(), left.number(), linear_place(address));
  } else {
    emit(row.legacy, fp(to), linear(address, row.wide ? 8 : 4));
  }
}

void MacroAssembler::compare_memory(unsigned bits, Reg left, const MemoryOperand& address) {
  may_trap(TrapCode::memory_out_of_bounds);
  const x86::Gp l = bits == 8 ? gp8(left) : bits == 16 ? x86::gpw(left.number()) : gp(left, bits == 64);
  cmp(l, linear(address, bits / 8));
}

void MacroAssembler::access_end(Reg to, const MemoryOperand& address, std::uint32_t size) {
  constant(to, address.offset + size, ValKind::i64);
  if (address.index.valid()) add(gp64(to), gp64(address.index));
}

void MacroAssembler::compare_memory_size(Reg end, Reg record) {
  cmp(gp64(end), x86::qword_ptr(gp64(record), offsetof(MemoryRecord, byte_size)));
}

void MacroAssembler::load_memory_pages(Reg to, Reg record) {
  mov(gp64(to), x86::qword_ptr(gp64(record), offsetof(MemoryRecord, byte_size)));
  shr(gp64(to), 16);
}

void MacroAssembler::assert_zero_extended(Reg index) {
  const Label holds = new_label();
  push(gp64(index));
  mov(gp32(index), gp32(index));
  cmp(gp64(index), x86::qword_ptr(x86::rsp));
  pop(gp64(index));
  jump_if(Cond::eq, holds);
  and_(x86::rsp, -16);
  mov(x86::rax, reinterpret_cast<std::uint64_t>(&report_dirty_upper_half));
  call(x86::rax);
  bind(holds);
}

void MacroAssembler::assert_in_frame(Reg reg, std::int32_t frame_offset, ValKind kind) {
  const Label holds = new_label();
  const bool wide = !is_32_bit(kind);
  const x86::Mem place = x86::ptr(x86::rbp, frame_offset, wide ? 8 : 4);
  if (reg.is_float()) {
    push(x86::rax);
    wide ? movq(x86::rax, fp(reg)) : movd(x86::eax, fp(reg));
    wide ? cmp(x86::rax, place) : cmp(x86::eax, place);
    pop(x86::rax);
  } else {
    cmp(gp(reg, wide), place);
  }
  jump_if(Cond::eq, holds);
  and_(x86::rsp, -16);
  mov(x86::rax, reinterpret_cast<std::uint64_t>(&report_stale_copy));
  call(x86::rax);
  bind(holds);
}

}  // namespace wasmjet::jit::x64
