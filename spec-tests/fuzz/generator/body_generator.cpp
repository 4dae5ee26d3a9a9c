#include "spec-tests/fuzz/generator/body_generator.hpp"

#include <algorithm>

#include "spec-tests/fuzz/generator/constants.hpp"
#include "spec-tests/fuzz/generator/opcode_pool.hpp"

namespace wasmjet::fuzz {

BodyGenerator::BodyGenerator(ModuleShape& shape, std::uint32_t function, Choices& choices)
    : shape_(shape),
      type_(shape.function_type(function)),
      is_leaf_(shape.functions[function].is_leaf),
      choices_(choices) {}

Bytes BodyGenerator::generate() {
  choose_locals();
  frames_.push_back({type_.results, type_.results, 0});
  if (!is_leaf_) spend_fuel();
  block_body();
  emit(Opcode::end);
  return std::move(out_);
}

void BodyGenerator::choose_locals() {
  locals_ = type_.params;
  std::vector<ValType> declared = choose_types(choices_, choices_.chance(4) ? 40 : 8);
  declared.insert(declared.end(), {kI32, kI64, kF32, kF64});
  put(declared.size());
  for (const ValType type : declared) {
    put(1);
    out_.push_back(code_of(type));
    locals_.push_back(type);
  }
}

void BodyGenerator::emit(Opcode op) {
  const OpcodeInfo& row = info(op);
  if (row.prefix != 0) {
    out_.push_back(row.prefix);
    put(row.code);
  } else {
    out_.push_back(static_cast<std::uint8_t>(row.code));
  }
  if (left_ > 0) --left_;
}

void BodyGenerator::emit(Opcode op, std::uint64_t immediate) {
  emit(op);
  put(immediate);
}

void BodyGenerator::push_all(const std::vector<ValType>& types) {
  for (const ValType type : types) push(type, true);
}

/// Whether the topmost operands of the current block are these.
bool BodyGenerator::on_top(const ValType* types, std::size_t count) const {
  return count <= available() &&
         std::equal(types, types + count, stack_.end() - static_cast<std::ptrdiff_t>(count),
                    [](ValType type, const Operand& operand) { return type == operand.type; });
}

/// Sees that operands of these types are on top: as many as are there already, then fresh ones. In dead code
/// they may also be left out.
void BodyGenerator::take(const std::vector<ValType>& types) {
  if (frames_.back().unreachable && available() == 0 && choices_.chance(8)) {
    push_all(types);
    return;
  }
  std::size_t there = types.size();
  while (!on_top(types.data(), there)) --there;
  for (std::size_t i = there; i < types.size(); ++i) leaf(types[i]);
}

/// Removes the topmost operand, mostly into a local.
void BodyGenerator::discard() {
  const ValType type = stack_.back().type;
  if (choices_.chance(4) || !access_local(Opcode::local_set, type)) {
    emit(Opcode::drop);
    stack_.pop_back();
  }
}

/// Sees that the current block has these operands and no others.
void BodyGenerator::leave_exactly(const std::vector<ValType>& types) {
  const auto fits = [&] { return available() <= types.size() && on_top(types.data(), available()); };
  while (!fits()) discard();
  for (std::size_t i = available(); i < types.size(); ++i) leaf(types[i]);
}

void BodyGenerator::i32_constant(std::uint32_t value) {
  emit(Opcode::i32_const);
  text::put_signed(out_, static_cast<std::int32_t>(value));
  push(kI32);
}

void BodyGenerator::constant(ValType type) {
  switch (type.kind()) {
    case ValKind::i32:
      return i32_constant(static_cast<std::uint32_t>(choose_integer(choices_, 32)));
    case ValKind::i64:
      emit(Opcode::i64_const);
      text::put_signed(out_, static_cast<std::int64_t>(choose_integer(choices_, 64)));
      break;
    case ValKind::f32:
      emit(Opcode::f32_const);
      text::put_fixed(out_, choose_float(choices_, 32), 4);
      break;
    case ValKind::f64:
      emit(Opcode::f64_const);
      text::put_fixed(out_, choose_float(choices_, 64), 8);
      break;
    default:
      if (type == kFuncRef && choices_.chance(10)) {
        emit(Opcode::ref_func, choices_.below(shape_.functions.size()));
      } else {
        emit(Opcode::ref_null, code_of(type));
      }
  }
  push(type);
}

/// A fresh operand without operands of its own.
void BodyGenerator::leaf(ValType type) {
  const auto how = choices_.below(16);
  if (how >= 13) {
    std::vector<std::uint32_t> globals;
    for (std::uint32_t g = 0; g < shape_.globals.size(); ++g) {
      if (shape_.globals[g].type == type) globals.push_back(g);
    }
    if (!globals.empty()) {
      emit(Opcode::global_get, choices_.pick(globals));
      return push(type, true);
    }
  }
  if (how < 5 || !access_local(Opcode::local_get, type)) constant(type);
}

/// local.get, local.set or local.tee of a local of this type; false if there is none. For a set the operand
/// is on top.
bool BodyGenerator::access_local(Opcode op, ValType type) {
  std::vector<std::uint32_t> fitting;
  for (std::uint32_t i = 0; i < locals_.size(); ++i) {
    if (locals_[i] == type) fitting.push_back(i);
  }
  if (fitting.empty()) return false;
  emit(op, choices_.pick(fitting));
  if (op == Opcode::local_get) push(type, true);
  if (op == Opcode::local_set) stack_.pop_back();
  return true;
}

/// Where the operand on top may be a NaN of any bits, makes it the canonical one: x == x ? x : nan.
void BodyGenerator::settle_nan() {
  Operand& operand = stack_.back();
  if (!operand.open_nan || !operand.type.is_float()) return;
  const bool wide = operand.type == kF64;
  const std::size_t scratch = locals_.size() - (wide ? 1 : 2);
  emit(Opcode::local_tee, scratch);
  emit(wide ? Opcode::f64_const : Opcode::f32_const);
  text::put_fixed(out_, wide ? 0x7FF8000000000000 : 0x7FC00000, wide ? 8 : 4);
  emit(Opcode::local_get, scratch);
  emit(Opcode::local_get, scratch);
  emit(wide ? Opcode::f64_eq : Opcode::f32_eq);
  emit(Opcode::select);
  operand.open_nan = false;
}

/// An i32 on top that tells yes or no: mostly a comparison made for it.
void BodyGenerator::condition() {
  if (choices_.chance(5)) return take({kI32});
  const Opcode op = choices_.pick(opcode_pool().conditions);
  const std::vector<ValType> operands = operand_types(op);
  take(operands);
  emit(op);
  drop_operands(operands.size());
  push(kI32);
}

/// Leaves with a trap when the fuel is used up.
void BodyGenerator::spend_fuel() {
  emit(Opcode::global_get, shape_.fuel);
  emit(Opcode::i32_eqz);
  emit(Opcode::if_, 0x40);
  emit(Opcode::unreachable);
  emit(Opcode::end);
  emit(Opcode::global_get, shape_.fuel);
  i32_constant(1);
  emit(Opcode::i32_sub);
  emit(Opcode::global_set, shape_.fuel);
  stack_.pop_back();
}

void BodyGenerator::set_unreachable() {
  Frame& frame = frames_.back();
  stack_.resize(frame.height);
  frame.unreachable = true;
}

/// Instructions up to where the current block's `end` or `else` may stand.
void BodyGenerator::block_body() {
  steps();
  const Frame& frame = frames_.back();
  // The end of dead code may leave out what would be there.
  if (frame.unreachable && available() == 0 && choices_.chance(8)) return;
  leave_exactly(frame.results);
}

void BodyGenerator::steps() {
  while (left_ > 0 && !choices_.exhausted()) {
    // Dead code is short; the outermost block goes on as long as there are choices.
    if (choices_.chance(frames_.back().unreachable ? 10 : frames_.size() > 1 ? 2 : 0)) return;
    if (available() > 40) discard();
    step();
  }
}

}  // namespace wasmjet::fuzz
