#include <bit>

#include "jit/x64/macro_assembler.hpp"

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {
constexpr std::uint64_t bits_of(double value) { return std::bit_cast<std::uint64_t>(value); }
constexpr std::uint64_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }
constexpr double kTwo63 = 9223372036854775808.0;
}  // namespace

void MacroAssembler::convert(Opcode op, Reg to, Reg from, Reg temp) {
  // Scalar conversions keep the destination's upper part: clear it first, or they wait for its writer.
  const auto integer_to_float = [&](bool to_f64, bool wide) {
    xorps(fp(to), fp(to));
    to_f64 ? cvtsi2sd(fp(to), gp(from, wide)) : cvtsi2ss(fp(to), gp(from, wide));
  };
  const ConvertRow row = row_of<convert_row>(op);
  using Integer = ConvertRow::Integer;
  switch (row.form) {
    case ConvertRow::Form::none:
      return integer_unary(op, to, from);
    case ConvertRow::Form::truncate:
      return truncate(row, to, from, temp);
    case ConvertRow::Form::truncate_saturating:
      return truncate_saturating(row, to, from, temp);
    case ConvertRow::Form::to_float:
      if (row.integer == Integer::u64) return convert_unsigned64(row.wide_float, to, from, temp);
      // An unsigned i32 is a signed 64-bit integer, as its register is zero-extended.
      return integer_to_float(row.wide_float, row.integer != Integer::s32);
    case ConvertRow::Form::between_floats:
      if (features_.avx) {
        row.wide_float ? vcvtss2sd(fp(to), fp(from), fp(from)) : vcvtsd2ss(fp(to), fp(from), fp(from));
      } else {
        row.wide_float ? cvtss2sd(fp(to), fp(from)) : cvtsd2ss(fp(to), fp(from));
      }
      return;
    case ConvertRow::Form::reinterpret:
      if (to.is_float()) {
        row.wide_float ? movq(fp(to), gp64(from)) : movd(fp(to), gp32(from));
      } else {
        row.wide_float ? movq(gp64(to), fp(from)) : movd(gp32(to), fp(from));
      }
      return;
  }
}

/// Above 2^63 there is no instruction: halve, keeping the lost bit so that rounding stays right.
void MacroAssembler::convert_unsigned64(bool to_f64, Reg to, Reg from, Reg temp) {
  const Label large = new_label(), done = new_label();
  const auto signed_convert = [&](Reg source) {
    to_f64 ? cvtsi2sd(fp(to), gp64(source)) : cvtsi2ss(fp(to), gp64(source));
  };
  xorps(fp(to), fp(to));
  QuickAssembler::test(gp64(from), gp64(from));
  jump_if(Cond::lt_s, large);
  signed_convert(from);
  jump(done);
  bind(large);
  const Label even = new_label();
  mov(gp64(temp), gp64(from));
  shr(gp64(temp), 1);
  jump_if(Cond::ge_u, even);  // no carry: the lost bit is 0
  or_(gp64(temp), 1);
  bind(even);
  signed_convert(temp);
  to_f64 ? addsd(fp(to), fp(to)) : addss(fp(to), fp(to));
  bind(done);
}

void MacroAssembler::truncate(const ConvertRow& row, Reg to, Reg from, Reg temp) {
  using Target = ConvertRow::Integer;
  const bool wide_source = row.wide_float;
  const Target target = row.integer;
  const auto to_int64 = [&](Reg result, Reg source) {
    wide_source ? cvttsd2si(gp64(result), fp(source)) : cvttss2si(gp64(result), fp(source));
  };
  const auto unordered_traps = [&] {
    wide_source ? ucomisd(fp(from), fp(from)) : ucomiss(fp(from), fp(from));
    emit_jump(0x7A, 0x0F, 0x8A, trap_label(TrapCode::invalid_conversion));
  };
  const auto load_limit = [&](double value) {
    constant(Abi::kFloatTemp, wide_source ? bits_of(value) : bits_of(static_cast<float>(value)),
             wide_source ? ValKind::f64 : ValKind::f32);
  };
  const auto compare_limit = [&] {
    wide_source ? ucomisd(fp(from), fp(Abi::kFloatTemp)) : ucomiss(fp(from), fp(Abi::kFloatTemp));
  };
  const Label done = new_label();
  switch (target) {
    case Target::s32:
    case Target::u32:  // the 64-bit result tells whether the value fits
      to_int64(to, from);
      if (target == Target::s32) {
        movsxd(gp64(temp), gp32(to));
      } else {
        mov(gp32(temp), gp32(to));
      }
      cmp(gp64(temp), gp64(to));
      jump_if(Cond::eq, done);
      unordered_traps();
      trap(TrapCode::integer_overflow);
      bind(done);
      if (target == Target::s32) mov(gp32(to), gp32(to));
      return;
    case Target::s64:
      to_int64(to, from);
      cmp(gp64(to), 1);  // overflows for INT64_MIN alone, the answer to all that does not fit
      emit_jump(0x71, 0x0F, 0x81, done);
      unordered_traps();
      load_limit(-kTwo63);
      compare_limit();
      jump_if(Cond::eq, done);
      trap(TrapCode::integer_overflow);
      bind(done);
      return;
    case Target::u64: {
      const Label large = new_label(), overflow = new_label();
      load_limit(kTwo63);
      compare_limit();
      jump_if(Cond::ge_u, large);
      to_int64(to, from);  // NaN comes here too: carry is set when unordered
      QuickAssembler::test(gp64(to), gp64(to));
      jump_if(Cond::ge_s, done);
      bind(overflow);
      unordered_traps();
      trap(TrapCode::integer_overflow);
      bind(large);
      reduce_by_two63(wide_source, from);
      to_int64(to, Abi::kFloatTemp);
      QuickAssembler::test(gp64(to), gp64(to));
      jump_if(Cond::lt_s, overflow);
      btc(gp64(to), 63);
      bind(done);
      return;
    }
  }
}

/// kFloatTemp = from - 2^63, which is exact for values of at least 2^63.
void MacroAssembler::reduce_by_two63(bool wide_source, Reg from) {
  move_float(Abi::kFloatTemp, from);
  const x86::Xmm value = fp(Abi::kFloatTemp);
  if (wide_source) {
    subsd(value, rip_operand(8));
    link_pool_constant(bits_of(kTwo63));
  } else {
    subss(value, rip_operand(4));
    link_pool_constant(bits_of(static_cast<float>(kTwo63)));
  }
}

void MacroAssembler::truncate_saturating(const ConvertRow& row, Reg to, Reg from, Reg temp) {
  using Target = ConvertRow::Integer;
  const bool wide_source = row.wide_float;
  const Target target = row.integer;
  const bool wide = target == Target::s64 || target == Target::u64;
  const Label done = new_label();
  const auto to_int64 = [&](Reg source) {
    wide_source ? cvttsd2si(gp64(to), fp(source)) : cvttss2si(gp64(to), fp(source));
  };
  const auto compare_with = [&](Reg right) {
    wide_source ? ucomisd(fp(from), fp(right)) : ucomiss(fp(from), fp(right));
  };
  if (target == Target::u64) {
    const Label large = new_label(), maximum = new_label();
    const auto limit = wide_source ? bits_of(kTwo63) : bits_of(static_cast<float>(kTwo63));
    constant(Abi::kFloatTemp, limit, wide_source ? ValKind::f64 : ValKind::f32);
    compare_with(Abi::kFloatTemp);
    jump_if(Cond::ge_u, large);
    to_int64(from);
    QuickAssembler::test(gp64(to), gp64(to));
    jump_if(Cond::ge_s, done);
    xor_(gp32(to), gp32(to));  // negative or NaN
    jump(done);
    bind(large);
    reduce_by_two63(wide_source, from);
    to_int64(Abi::kFloatTemp);
    QuickAssembler::test(gp64(to), gp64(to));
    jump_if(Cond::lt_s, maximum);
    btc(gp64(to), 63);
    jump(done);
    bind(maximum);
    mov(gp64(to), -1);
    bind(done);
    return;
  }
  const Label fits = new_label();
  to_int64(from);
  if (wide) {
    cmp(gp64(to), 1);
    emit_jump(0x71, 0x0F, 0x81, fits);
  } else {
    if (target == Target::s32) {
      movsxd(gp64(temp), gp32(to));
    } else {
      mov(gp32(temp), gp32(to));
    }
    cmp(gp64(temp), gp64(to));
    jump_if(Cond::eq, fits);
  }
  const Label ordered = new_label();
  xorps(fp(Abi::kFloatTemp), fp(Abi::kFloatTemp));
  xor_(gp32(to), gp32(to));  // the answer for NaN
  compare_with(Abi::kFloatTemp);
  emit_jump(0x7B, 0x0F, 0x8B, ordered);
  jump(done);
  bind(ordered);
  const bool is_signed = target != Target::u32;
  const std::uint64_t lowest = !is_signed ? 0 : wide ? std::uint64_t{1} << 63 : std::uint64_t{1} << 31;
  const std::uint64_t highest = !is_signed ? 0xFFFFFFFF : lowest - 1;
  const ValKind kind = wide ? ValKind::i64 : ValKind::i32;
  constant(to, lowest, kind, true);
  jump_if(Cond::lt_u, done);
  constant(to, highest, kind);
  bind(fits);
  if (target == Target::s32) mov(gp32(to), gp32(to));
  bind(done);
}

}  // namespace wasmjet::jit::x64
