#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "jit/x64/macro_assembler.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {
[[noreturn]] void report_dirty_upper_half() {
  std::fputs("wasmjet: internal error: an index of linear memory has a dirty upper half\n", stderr);
  std::abort();
}
}  // namespace

x86::Mem MacroAssembler::linear(const MemoryOperand& address, unsigned size) {
  const x86::Gp base = gp64(address.base.valid() ? address.base : Abi::kMemoryBase);
  const auto offset = static_cast<std::int32_t>(address.offset);
  if (!address.index.valid()) return x86::ptr(base, offset, size);
  return x86::ptr(base, gp64(address.index), 0, offset, size);
}

void MacroAssembler::load_memory(Opcode op, Reg to, const MemoryOperand& address) {
  may_trap(TrapCode::memory_out_of_bounds);
  switch (op) {
    case Opcode::i32_load:
      mov(gp32(to), linear(address, 4));
      break;
    case Opcode::i64_load:
      mov(gp64(to), linear(address, 8));
      break;
    case Opcode::i32_load8_s:
      movsx(gp32(to), linear(address, 1));
      break;
    case Opcode::i32_load8_u:
    case Opcode::i64_load8_u:
      movzx(gp32(to), linear(address, 1));
      break;
    case Opcode::i32_load16_s:
      movsx(gp32(to), linear(address, 2));
      break;
    case Opcode::i32_load16_u:
    case Opcode::i64_load16_u:
      movzx(gp32(to), linear(address, 2));
      break;
    case Opcode::i64_load8_s:
      movsx(gp64(to), linear(address, 1));
      break;
    case Opcode::i64_load16_s:
      movsx(gp64(to), linear(address, 2));
      break;
    case Opcode::i64_load32_s:
      movsxd(gp64(to), linear(address, 4));
      break;
    case Opcode::i64_load32_u:
      mov(gp32(to), linear(address, 4));
      break;
    case Opcode::f32_load:
      features_.avx ? vmovss(fp(to), linear(address, 4)) : movss(fp(to), linear(address, 4));
      break;
    default:
      features_.avx ? vmovsd(fp(to), linear(address, 8)) : movsd(fp(to), linear(address, 8));
      break;
  }
}

void MacroAssembler::store_memory(Opcode op, const MemoryOperand& address, Reg from) {
  may_trap(TrapCode::memory_out_of_bounds);
  switch (op) {
    case Opcode::i32_store:
    case Opcode::i64_store32:
      mov(linear(address, 4), gp32(from));
      break;
    case Opcode::i64_store:
      mov(linear(address, 8), gp64(from));
      break;
    case Opcode::i32_store8:
    case Opcode::i64_store8:
      mov(linear(address, 1), gp8(from));
      break;
    case Opcode::i32_store16:
    case Opcode::i64_store16:
      mov(linear(address, 2), x86::gpw(from.number()));
      break;
    case Opcode::f32_store:
      features_.avx ? vmovss(linear(address, 4), fp(from)) : movss(linear(address, 4), fp(from));
      break;
    default:
      features_.avx ? vmovsd(linear(address, 8), fp(from)) : movsd(linear(address, 8), fp(from));
      break;
  }
}

void MacroAssembler::store_memory_constant(Opcode op, const MemoryOperand& address, std::int32_t value) {
  may_trap(TrapCode::memory_out_of_bounds);
  switch (op) {
    case Opcode::i64_store:
      mov(linear(address, 8), value);
      break;
    case Opcode::i32_store8:
    case Opcode::i64_store8:
      mov(linear(address, 1), static_cast<std::int8_t>(value));
      break;
    case Opcode::i32_store16:
    case Opcode::i64_store16:
      mov(linear(address, 2), static_cast<std::int16_t>(value));
      break;
    default:
      mov(linear(address, 4), value);
      break;
  }
}

void MacroAssembler::binary_memory(Opcode op, Reg to, Reg left, const MemoryOperand& address) {
  const auto integer = [&](asmjit::InstId id, bool wide) {
    move(to, left, wide ? ValKind::i64 : ValKind::i32);
    may_trap(TrapCode::memory_out_of_bounds);
    emit(id, gp(to, wide), linear(address, wide ? 8 : 4));
  };
  const auto floating = [&](asmjit::InstId vex, asmjit::InstId legacy, unsigned size) {
    if (!features_.avx) move_float(to, left);
    may_trap(TrapCode::memory_out_of_bounds);
    if (features_.avx) {
      emit(vex, fp(to), fp(left), linear(address, size));
    } else {
      emit(legacy, fp(to), linear(address, size));
    }
  };
  switch (op) {
    case Opcode::i32_add:
      return integer(Inst::kIdAdd, false);
    case Opcode::i32_sub:
      return integer(Inst::kIdSub, false);
    case Opcode::i32_and:
      return integer(Inst::kIdAnd, false);
    case Opcode::i32_or:
      return integer(Inst::kIdOr, false);
    case Opcode::i32_xor:
      return integer(Inst::kIdXor, false);
    case Opcode::i32_mul:
      return integer(Inst::kIdImul, false);
    case Opcode::i64_add:
      return integer(Inst::kIdAdd, true);
    case Opcode::i64_sub:
      return integer(Inst::kIdSub, true);
    case Opcode::i64_and:
      return integer(Inst::kIdAnd, true);
    case Opcode::i64_or:
      return integer(Inst::kIdOr, true);
    case Opcode::i64_xor:
      return integer(Inst::kIdXor, true);
    case Opcode::i64_mul:
      return integer(Inst::kIdImul, true);
    case Opcode::f32_add:
      return floating(Inst::kIdVaddss, Inst::kIdAddss, 4);
    case Opcode::f32_sub:
      return floating(Inst::kIdVsubss, Inst::kIdSubss, 4);
    case Opcode::f32_mul:
      return floating(Inst::kIdVmulss, Inst::kIdMulss, 4);
    case Opcode::f32_div:
      return floating(Inst::kIdVdivss, Inst::kIdDivss, 4);
    case Opcode::f64_add:
      return floating(Inst::kIdVaddsd, Inst::kIdAddsd, 8);
    case Opcode::f64_sub:
      return floating(Inst::kIdVsubsd, Inst::kIdSubsd, 8);
    case Opcode::f64_mul:
      return floating(Inst::kIdVmulsd, Inst::kIdMulsd, 8);
    default:
      return floating(Inst::kIdVdivsd, Inst::kIdDivsd, 8);
  }
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

}  // namespace wasmjet::jit::x64
