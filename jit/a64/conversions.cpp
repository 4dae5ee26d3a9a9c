#include <bit>

#include "jit/a64/macro_assembler.hpp"

namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;
using Inst = asmjit::a64::Inst;

void MacroAssembler::convert(Opcode op, Reg to, Reg from, Reg) {
  const ConvertRow row = row_of<convert_row>(op);
  using Integer = ConvertRow::Integer;
  const bool wide_integer = row.integer == Integer::s64 || row.integer == Integer::u64;
  const bool is_signed = row.integer == Integer::s32 || row.integer == Integer::s64;
  switch (row.form) {
    case ConvertRow::Form::none:
      return integer_unary(op, to, from);
    case ConvertRow::Form::truncate:
      return truncate(row, to, from);
    case ConvertRow::Form::truncate_saturating:  // NaN gives 0, as Wasm wants it
      emit(is_signed ? Inst::kIdFcvtzs_v : Inst::kIdFcvtzu_v, gp(to, wide_integer), fp(from, row.wide_float));
      return;
    case ConvertRow::Form::to_float:
      emit(is_signed ? Inst::kIdScvtf_v : Inst::kIdUcvtf_v, fp(to, row.wide_float), gp(from, wide_integer));
      return;
    case ConvertRow::Form::between_floats:
      fcvt(fp(to, row.wide_float), fp(from, !row.wide_float));
      return;
    case ConvertRow::Form::reinterpret:
      if (to.is_float()) {
        fmov(fp(to, row.wide_float), gp(from, row.wide_float));
      } else {
        fmov(gp(to, row.wide_float), fp(from, row.wide_float));
      }
      return;
  }
}

/// Conversions saturate and give 0 for NaN, so what could be such a result is looked at again. Conditional
/// comparisons gather the conditions: V (or Z, for u64) is set where it must be.
void MacroAssembler::truncate(const ConvertRow& row, Reg to, Reg from) {
  using Integer = ConvertRow::Integer;
  const bool wide = row.wide_float;
  const Vec value = fp(from, wide), limit = fp(Abi::kFloatTemp, wide);
  constexpr std::uint32_t kSetV = 1, kSetZ = 4;
  const Label done = new_label();
  flags_ = {};
  switch (row.integer) {
    case Integer::s32:
    case Integer::u32: {  // does it equal the same in 64 bits, and is it a number?
      const bool is_signed = row.integer == Integer::s32;
      fcvtzs(gp64(Abi::kScratch), value);
      is_signed ? fcvtzs(gp32(to), value) : fcvtzu(gp32(to), value);
      cmp(gp64(Abi::kScratch), gp64(to), is_signed ? arm::sxtw(0) : arm::uxtw(0));
      fccmp(value, value, kSetV, arm::CondCode::kEQ);
      jump_on_overflow(false, done);
      break;
    }
    case Integer::s64:
      fcvtzs(gp64(to), value);
      cmp(gp64(to), 1);                                // V: the least integer
      ccmn(gp64(to), 1, kSetV, arm::CondCode::kVC);    // or the greatest
      fccmp(value, value, kSetV, arm::CondCode::kVC);  // or NaN
      jump_on_overflow(false, done);
      break;
    case Integer::u64:
      fmov(limit, -1.0);
      fcvtzu(gp64(to), value);
      fcmp(value, limit);
      ccmn(gp64(to), 1, kSetZ, arm::CondCode::kGT);  // Z: the greatest integer, not above -1, or NaN
      set_flags();
      jump_if(Cond::ne, done);
      break;
  }
  fcmp(value, value);
  jump_on_overflow(true, trap_label(TrapCode::invalid_conversion));
  if (row.integer == Integer::s64) {  // -2^63 itself is in range
    constexpr double kLowest = -9223372036854775808.0;
    constant(Abi::kFloatTemp,
             wide ? std::bit_cast<std::uint64_t>(kLowest)
                  : std::bit_cast<std::uint32_t>(static_cast<float>(kLowest)),
             wide ? ValKind::f64 : ValKind::f32);
    fcmp(value, limit);
    set_flags();
    jump_if(Cond::eq, done);
  }
  trap(TrapCode::integer_overflow);
  bind(done);
}

}  // namespace wasmjet::jit::a64
