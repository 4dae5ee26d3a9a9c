#include "decoder/signatures.hpp"
#include "spec-tests/fuzz/generator/body_generator.hpp"
#include "spec-tests/fuzz/generator/opcode_pool.hpp"

namespace wasmjet::fuzz {
/// One instruction, or one block with all that is in it.
void BodyGenerator::step() {
  using Step = void (BodyGenerator::*)();
  // As often as they stand here.
  static constexpr Step kSteps[] = {
      &BodyGenerator::plain,         &BodyGenerator::plain,         &BodyGenerator::plain,
      &BodyGenerator::plain,         &BodyGenerator::plain,         &BodyGenerator::plain,
      &BodyGenerator::plain,         &BodyGenerator::plain,         &BodyGenerator::plain,
      &BodyGenerator::plain,         &BodyGenerator::local,         &BodyGenerator::local,
      &BodyGenerator::local,         &BodyGenerator::local,         &BodyGenerator::local,
      &BodyGenerator::global,        &BodyGenerator::load,          &BodyGenerator::load,
      &BodyGenerator::load,          &BodyGenerator::store,         &BodyGenerator::store,
      &BodyGenerator::store,         &BodyGenerator::block,         &BodyGenerator::block,
      &BodyGenerator::block,         &BodyGenerator::block,         &BodyGenerator::branch,
      &BodyGenerator::branch,        &BodyGenerator::branch,        &BodyGenerator::branch_table,
      &BodyGenerator::leave_block,   &BodyGenerator::call,          &BodyGenerator::call,
      &BodyGenerator::call_indirect, &BodyGenerator::call_indirect, &BodyGenerator::memory,
      &BodyGenerator::table,         &BodyGenerator::table,         &BodyGenerator::reference,
      &BodyGenerator::select,        &BodyGenerator::select,        &BodyGenerator::interpreter};
  (this->*choices_.pick(kSteps, std::size(kSteps)))();
}

/// Any instruction from numbers to numbers.
void BodyGenerator::plain() {
  const Opcode op = choices_.pick(opcode_pool().plain);
  const std::vector<ValType> types = operand_types(op);
  take(types);
  if (may_trap(op) && choices_.chance(12)) guard_trap(op);
  if (observes_nan(op)) settle_nan();
  emit(op);
  drop_operands(types.size());
  if (signature(op).pushes != 0) push(to_val_type(signature(op).push), makes_nan(op));
}

/// Makes the operand on top one for which the instruction does not trap.
void BodyGenerator::guard_trap(Opcode op) {
  const ValType type = stack_.back().type;
  if (type == kI32) {
    i32_constant(1);
    emit(Opcode::i32_or);
    stack_.pop_back();
  } else if (type == kI64) {
    emit(Opcode::i64_const, 1);
    emit(Opcode::i64_or);
  } else {
    clamp_float(type);
  }
  if (info(op).lowering == LoweringClass::divide) stack_.back().open_nan = false;
}

/// min(abs(x), 1000); a NaN stays.
void BodyGenerator::clamp_float(ValType type) {
  const bool wide = type == kF64;
  emit(wide ? Opcode::f64_abs : Opcode::f32_abs);
  emit(wide ? Opcode::f64_const : Opcode::f32_const);
  text::put_fixed(out_, wide ? 0x408F400000000000 : 0x447A0000, wide ? 8 : 4);
  emit(wide ? Opcode::f64_min : Opcode::f32_min);
}

/// Makes the i32 on top an address, mostly one of the first page, computed as compilers do.
void BodyGenerator::bring_into_memory() {
  const auto how = choices_.below(16);
  if (how == 15) return;
  if (how == 14) {  // about the end of a page
    emit(Opcode::drop);
    stack_.pop_back();
    return i32_constant((1 + choices_.below(2)) * 65536 - choices_.below(20));
  }
  i32_constant(how < 8 ? 0xFFFF : 0xFFF);
  emit(Opcode::i32_and);
  stack_.pop_back();
  if (how >= 4 && how < 8) return;
  if (how >= 8) {  // scaled
    i32_constant(choices_.below(4));
    emit(Opcode::i32_shl);
    stack_.pop_back();
  }
  if (how % 4 < 2) return;
  leaf(kI32);
  i32_constant(0x7FF);
  emit(Opcode::i32_and);
  emit(how % 4 == 2 ? Opcode::i32_add : Opcode::i32_xor);
  drop_operands(2);
}

void BodyGenerator::small_count() {
  leaf(kI32);
  if (choices_.chance(1)) return;
  i32_constant(0xFF);
  emit(Opcode::i32_and);
  stack_.pop_back();
}

/// An i32 on top that mostly is below 8.
void BodyGenerator::table_index() {
  leaf(kI32);
  if (choices_.chance(1)) return;
  i32_constant(choices_.chance(8) ? 3 : 7);
  emit(Opcode::i32_and);
  stack_.pop_back();
}

void BodyGenerator::memarg(Opcode op) {
  unsigned align = 0;
  while (1U << (align + 1) <= access_size(info(op).immediate)) ++align;
  put(choices_.below(align + 1));
  const auto how = choices_.below(32);
  if (how < 20) return put(how % 10);
  if (how < 31) return put(choices_.bits(2) % 4096);
  put(choices_.bits(4));
}

void BodyGenerator::load() {
  if (shape_.memories.empty()) return plain();
  const Opcode op = choices_.pick(opcode_pool().loads);
  address();
  emit(op);
  memarg(op);
  stack_.pop_back();
  push(to_val_type(signature(op).push));
}

void BodyGenerator::store() {
  if (shape_.memories.empty()) return plain();
  const Opcode op = choices_.pick(opcode_pool().stores);
  const ValType type = operand_types(op)[1];
  if (on_top(&type, 1) && choices_.chance(12)) {
    // The value is there already: it waits in a scratch local for its address.
    const std::size_t scratch = locals_.size() - 4 + static_cast<std::size_t>(type.kind());
    const bool open_nan = stack_.back().open_nan;
    emit(Opcode::local_set, scratch);
    stack_.pop_back();
    address();
    emit(Opcode::local_get, scratch);
    push(type, open_nan);
  } else {
    address();
    leaf(type);
  }
  if (observes_nan(op)) settle_nan();
  emit(op);
  memarg(op);
  drop_operands(2);
}

void BodyGenerator::memory() {
  if (shape_.memories.empty()) return plain();
  const auto how = choices_.below(shape_.data.empty() ? 4 : 6);
  if (how == 0) {
    emit(Opcode::memory_size, 0);
    return push(kI32);
  }
  if (how == 1) {
    table_index();
    emit(Opcode::memory_grow, 0);
    return;
  }
  if (how == 5) return emit(Opcode::data_drop, choices_.below(shape_.data.size()));
  fresh_address();
  if (how == 2)
    leaf(kI32);
  else
    fresh_address();
  small_count();
  constexpr Opcode kBulk[] = {Opcode::memory_fill, Opcode::memory_copy, Opcode::memory_init};
  emit(kBulk[how - 2]);
  if (how != 2) put(how == 4 ? choices_.below(shape_.data.size()) : 0);
  put(0);
  drop_operands(3);
}

void BodyGenerator::table() {
  const auto table = choices_.below(shape_.tables.size());
  const ValType type = shape_.tables[table].element;
  switch (choices_.below(5)) {
    case 0:
      table_index();
      emit(Opcode::table_get, table);
      stack_.pop_back();
      return push(type);
    case 1:
      table_index();
      leaf(type);
      emit(Opcode::table_set, table);
      return drop_operands(2);
    case 2:
      emit(Opcode::table_size, table);
      return push(kI32);
    case 3:
      leaf(type);
      table_index();
      emit(Opcode::table_grow, table);
      drop_operands(2);
      return push(kI32);
    default:
      table_bulk(table);
  }
}

void BodyGenerator::table_bulk(std::uint32_t table) {
  const ValType type = shape_.tables[table].element;
  const auto how = choices_.below(4);
  if (how == 3) return emit(Opcode::elem_drop, choices_.below(shape_.elements.size()));
  std::vector<std::uint32_t> sources;  // tables or segments of this type
  for (std::uint32_t i = 0; how == 1 && i < shape_.tables.size(); ++i) {
    if (shape_.tables[i].element == type) sources.push_back(i);
  }
  for (std::uint32_t i = 0; how == 2 && i < shape_.elements.size(); ++i) {
    if (shape_.elements[i].type == type) sources.push_back(i);
  }
  if (how != 0 && sources.empty()) return;
  table_index();
  if (how == 0)
    leaf(type);
  else
    table_index();
  table_index();
  constexpr Opcode kBulk[] = {Opcode::table_fill, Opcode::table_copy, Opcode::table_init};
  emit(kBulk[how]);
  if (how == 1) put(table);
  put(how == 0 ? table : choices_.pick(sources));
  if (how == 2) put(table);
  drop_operands(3);
}

void BodyGenerator::reference() {
  const ValType type = choices_.chance(8) ? kFuncRef : kExternRef;
  if (choices_.chance(6)) return constant(type);
  take({type});
  emit(Opcode::ref_is_null);
  stack_.pop_back();
  push(kI32);
}

void BodyGenerator::select() {
  const ValType type = choose_type(choices_);
  take({type, type});
  leaf(kI32);
  if (choices_.chance(8)) {  // a comparison where it can be fused
    leaf(kI32);
    emit(Opcode::i32_lt_s);
    stack_.pop_back();
  }
  if (type.is_num() && !choices_.chance(4)) {
    emit(Opcode::select);
  } else {
    emit(Opcode::select_t, 1);
    out_.push_back(code_of(type));
  }
  drop_operands(3);
  push(type, true);
}

void BodyGenerator::local() {
  if (available() == 0 || choices_.chance(6)) return leaf(choose_type(choices_));
  const Opcode op = choices_.chance(6) ? Opcode::local_tee : Opcode::local_set;
  if (!access_local(op, stack_.back().type)) emit(Opcode::nop);
}

void BodyGenerator::global() {
  std::vector<std::uint32_t> fitting;
  for (std::uint32_t g = 0; g < shape_.globals.size(); ++g) {
    const GlobalType& global = shape_.globals[g];
    if (g != shape_.fuel && global.is_mutable && on_top(&global.type, 1)) fitting.push_back(g);
  }
  if (fitting.empty()) return leaf(choose_type(choices_));
  emit(Opcode::global_set, choices_.pick(fitting));
  stack_.pop_back();
}

}  // namespace wasmjet::fuzz
