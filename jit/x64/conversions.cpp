#include <bit>
#include <limits>

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
    case ConvertRow::Form::truncate_saturating:
      return truncate(row, to, from, temp);
    case ConvertRow::Form::to_float:
      if (row.integer == Integer::u64) return convert_unsigned64(row, to, from, temp);
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

/// Behind the function: what becomes of operands for which the one instruction does not do.
void MacroAssembler::emit_rare_conversions() {
  for (const RareConversion& rare : rare_conversions_) {
    wasm_delta_ = rare.wasm_delta;
    bind(rare.entry);
    switch (rare.row.form) {
      case ConvertRow::Form::to_float:
        convert_above_two63(rare);
        break;
      case ConvertRow::Form::truncate:
        truncate_rarely(rare);
        break;
      default:
        truncate_to_limit(rare);
        break;
    }
  }
}

/// Jumps there on a condition; the code that follows is where it comes back to.
void MacroAssembler::rarely(std::uint8_t condition, const ConvertRow& row, Reg to, Reg from, Reg temp) {
  const RareConversion rare{row, to, from, temp, new_label(), new_label(), wasm_delta_};
  rare_conversions_.push_back(rare);
  jump_on(condition, rare.entry);
  bind(rare.back);
}

void MacroAssembler::convert_unsigned64(const ConvertRow& row, Reg to, Reg from, Reg temp) {
  xorps(fp(to), fp(to));
  // As a signed integer first, whatever it is: the test then is of the operand, and predicted.
  row.wide_float ? cvtsi2sd(fp(to), gp64(from)) : cvtsi2ss(fp(to), gp64(from));
  QuickAssembler::test(gp64(from), gp64(from));
  rarely(kIfSign, row, to, from, temp);
}

/// There is no instruction: halves, keeping the lost bit so that rounding stays right.
void MacroAssembler::convert_above_two63(const RareConversion& rare) {
  const x86::Xmm to = fp(rare.to);
  const Label even = new_label().near();
  mov(gp64(rare.temp), gp64(rare.from));
  shr(gp64(rare.temp), 1);
  jump_if(Cond::ge_u, even);  // no carry: the lost bit is 0
  or_(gp64(rare.temp), 1);
  bind(even);
  if (rare.row.wide_float) {
    cvtsi2sd(to, gp64(rare.temp));
    addsd(to, to);
  } else {
    cvtsi2ss(to, gp64(rare.temp));
    addss(to, to);
  }
  jump(rare.back);
}

void MacroAssembler::compare_floats(bool wide, Reg left, Reg right) {
  wide ? ucomisd(fp(left), fp(right)) : ucomiss(fp(left), fp(right));
}

void MacroAssembler::truncate_to_int64(bool wide_source, Reg to, Reg from) {
  wide_source ? cvttsd2si(gp64(to), fp(from)) : cvttss2si(gp64(to), fp(from));
}

/// Both that trap and that saturate: what fits is done here.
void MacroAssembler::truncate(const ConvertRow& row, Reg to, Reg from, Reg temp) {
  using Target = ConvertRow::Integer;
  // What does not fit becomes the least integer, the only one from which 1 cannot be subtracted.
  switch (row.integer) {
    case Target::s32:
      row.wide_float ? cvttsd2si(gp32(to), fp(from)) : cvttss2si(gp32(to), fp(from));
      cmp(gp32(to), 1);
      return rarely(kIfOverflow, row, to, from, temp);
    case Target::s64:
      truncate_to_int64(row.wide_float, to, from);
      cmp(gp64(to), 1);
      return rarely(kIfOverflow, row, to, from, temp);
    case Target::u32:  // the 64-bit result tells whether the value fits
      truncate_to_int64(row.wide_float, to, from);
      mov(gp32(temp), gp32(to));
      cmp(gp64(temp), gp64(to));
      return rarely(kIfNotEqual, row, to, from, temp);
    case Target::u64:
      truncate_to_int64(row.wide_float, to, from);
      QuickAssembler::test(gp64(to), gp64(to));
      return rarely(kIfSign, row, to, from, temp);
  }
}

void MacroAssembler::truncate_rarely(const RareConversion& rare) {
  using Target = ConvertRow::Integer;
  const bool wide_source = rare.row.wide_float;
  const auto unordered_traps = [&] {
    compare_floats(wide_source, rare.from, rare.from);
    jump_on(kIfUnordered, trap_label(TrapCode::invalid_conversion));
  };
  switch (rare.row.integer) {
    case Target::s32:
      truncate_to_int64(wide_source, rare.temp, rare.from);
      cmp(gp64(rare.temp), std::numeric_limits<std::int32_t>::min());
      jump_if(Cond::eq, rare.back);
      unordered_traps();
      break;
    case Target::u32:
      unordered_traps();
      break;
    case Target::s64:
      unordered_traps();
      constant(Abi::kFloatTemp, wide_source ? bits_of(-kTwo63) : bits_of(static_cast<float>(-kTwo63)),
               wide_source ? ValKind::f64 : ValKind::f32);
      compare_floats(wide_source, rare.from, Abi::kFloatTemp);
      jump_if(Cond::eq, rare.back);
      break;
    case Target::u64: {
      unordered_traps();
      const Label overflow = new_label().near();
      reduce_by_two63(wide_source, rare.from);
      truncate_to_int64(wide_source, rare.to, Abi::kFloatTemp);
      QuickAssembler::test(gp64(rare.to), gp64(rare.to));
      jump_if(Cond::lt_s, overflow);
      btc(gp64(rare.to), 63);
      jump(rare.back);
      bind(overflow);
      break;
    }
  }
  trap(TrapCode::integer_overflow);
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

void MacroAssembler::truncate_to_limit(const RareConversion& rare) {
  using Target = ConvertRow::Integer;
  const bool wide_source = rare.row.wide_float;
  const Target target = rare.row.integer;
  const bool wide = target == Target::s64 || target == Target::u64;
  const x86::Gp to = gp(rare.to, wide);
  xorps(fp(Abi::kFloatTemp), fp(Abi::kFloatTemp));
  if (target == Target::s32 || target == Target::s64) {  // holds the lower limit
    const Label ordered = new_label().near();
    compare_floats(wide_source, rare.from, Abi::kFloatTemp);
    jump_on(kIfOrdered, ordered);
    xor_(gp32(rare.to), gp32(rare.to));
    jump(rare.back);
    bind(ordered);
    jump_if(Cond::lt_u, rare.back);
    not_(to);
    jump(rare.back);
    return;
  }
  xor_(gp32(rare.to), gp32(rare.to));
  compare_floats(wide_source, rare.from, Abi::kFloatTemp);
  jump_if(Cond::lt_u, rare.back);  // less than 0, or NaN
  if (!wide) {
    mov(to, -1);
    jump(rare.back);
    return;
  }
  const Label fits = new_label().near();
  reduce_by_two63(wide_source, rare.from);
  truncate_to_int64(wide_source, rare.to, Abi::kFloatTemp);
  QuickAssembler::test(to, to);
  jump_if(Cond::ge_s, fits);
  mov(to, -1);
  jump(rare.back);
  bind(fits);
  btc(to, 63);
  jump(rare.back);
}

}  // namespace wasmjet::jit::x64
