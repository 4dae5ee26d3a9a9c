#include "decoder/body_validator.hpp"

// Typed references, casts and exceptions (spec 3.3.2, 3.3.8).
namespace wasmjet::detail {

void BodyValidator::reference_special(Opcode op) {
  switch (op) {
    case Opcode::call_ref:
      return call_ref(false);
    case Opcode::return_call_ref:
      return call_ref(true);
    case Opcode::ref_as_non_null:
      return ref_as_non_null();
    case Opcode::ref_eq:
      return ref_eq();
    case Opcode::br_on_null:
      return br_on_null();
    case Opcode::br_on_non_null:
      return br_on_non_null();
    case Opcode::br_on_cast:
    case Opcode::br_on_cast_fail:
      return br_on_cast(op == Opcode::br_on_cast_fail);
    case Opcode::throw_:
      return throw_();
    case Opcode::throw_ref:
      return throw_ref();
    case Opcode::try_table:
      return try_table();
    case Opcode::ref_test:
    case Opcode::ref_test_null:
      return ref_test(op);
    case Opcode::ref_cast:
    case Opcode::ref_cast_null:
      return ref_cast(op);
    default:
      return aggregate(op);
  }
}

/// Any reference. In unreachable code one below all others.
ValType BodyValidator::pop_ref() {
  const StackType type = pop(StackType::bottom);
  if (type == StackType::bottom) return ValType::reference(HeapType::bottom, false);
  if (!is_ref(type)) fail_mismatch(to_stack_type(ValType::reference(HeapType::any)), type);
  return to_val_type(type);
}

void BodyValidator::call_ref(bool tail) {
  const std::uint32_t type = type_of_form(TypeForm::func);
  pop(ValType::type_reference(type, true));
  finish_call(module_.types[type], tail);
}

void BodyValidator::ref_as_non_null() { push(to_stack_type(pop_ref().as_non_null())); }

void BodyValidator::ref_eq() {
  pop(ValType::reference(HeapType::eq));
  pop(ValType::reference(HeapType::eq));
  push(StackType::i32);
}

void BodyValidator::br_on_null() {
  const std::size_t at = in_.offset();
  const auto& types = label_types(branch_target(in_.u32(), at));
  const ValType reference = pop_ref();
  pop_all(types);
  push_all(types);
  push(to_stack_type(reference.as_non_null()));
}

void BodyValidator::br_on_non_null() {
  const std::size_t at = in_.offset();
  const auto& types = label_types(branch_target(in_.u32(), at));
  if (types.empty() || !types.back().is_ref()) {
    invalid("type mismatch: br_on_non_null to a label that does not take a reference");
  }
  push(to_stack_type(pop_ref().as_non_null()));
  pop_all(types);
  push_all(types);
  pop(StackType::bottom);
}

/// The operand goes to the label, or stays: as a reference of one type that is left when the other is taken
/// away.
void BodyValidator::br_on_cast(bool fail) {
  const std::size_t flags_at = in_.offset();
  const std::uint8_t flags = in_.byte();
  if (flags > 3) in_.malformed(flags_at, "malformed br_on_cast flags " + hex(flags));
  const std::size_t at = in_.offset();
  const auto& types = label_types(branch_target(in_.u32(), at));
  const ValType from = in_.heap_type((flags & 1) != 0);
  const ValType to = in_.heap_type((flags & 2) != 0);
  if (!matches(to, from)) {
    invalid("type mismatch: cast from " + to_string(from) + " to " + to_string(to));
  }
  const ValType difference = to.is_nullable() ? from.as_non_null() : from;
  const ValType sent = fail ? difference : to;
  if (types.empty() || !matches(sent, types.back())) {
    invalid("type mismatch: a cast sends " + to_string(sent) + " to a label that does not take it");
  }
  pop(from);
  push(to_stack_type(sent));
  pop_all(types);
  push_all(types);
  pop(StackType::bottom);
  push(to_stack_type(fail ? to : difference));
}

void BodyValidator::ref_test(Opcode op) {
  const ValType type = in_.heap_type(op == Opcode::ref_test_null);
  pop(top_of(module_, type));
  push(StackType::i32);
}

void BodyValidator::ref_cast(Opcode op) {
  const ValType type = in_.heap_type(op == Opcode::ref_cast_null);
  pop(top_of(module_, type));
  push(to_stack_type(type));
}

void BodyValidator::convert(HeapType from, HeapType to) {
  const ValType operand = pop_ref();
  if (!matches(operand, ValType::reference(from))) {
    fail_mismatch(to_stack_type(ValType::reference(from)), to_stack_type(operand));
  }
  push(to_stack_type(ValType::reference(to, operand.is_nullable())));
}

std::uint32_t BodyValidator::tag_index() { return module_.tags[checked_index("tag", module_.tags.size())]; }

void BodyValidator::throw_() {
  poll_cancel();
  pop_all(module_.types[tag_index()].params);
  count_host_call();
  set_unreachable();
}

void BodyValidator::throw_ref() {
  pop(ValType::reference(HeapType::exn));
  count_host_call();
  set_unreachable();
}

/// The clauses stand outside of the block: their labels count from around it.
void BodyValidator::try_table() {
  poll_cancel();
  const FuncType* type = block_type();
  const std::uint32_t n = in_.count("catch clauses", std::numeric_limits<std::uint32_t>::max(), 2);
  for (std::uint32_t i = 0; i < n; ++i) {
    if (i % 1024 == 0) poll_cancel();
    catch_clause();
  }
  pop_all(type->params);
  push_frame(FrameKind::try_table, type);
  push_all(type->params);
}

void BodyValidator::catch_clause() {
  const std::size_t kind_at = in_.offset();
  const std::uint8_t kind = in_.byte();
  if (kind > 3) in_.malformed(kind_at, "malformed catch clause " + hex(kind));
  const bool has_tag = kind < 2;
  const bool has_reference = (kind & 1) != 0;
  static const std::vector<ValType> kNone;
  const std::vector<ValType>& values = has_tag ? module_.types[tag_index()].params : kNone;
  const std::size_t at = in_.offset();
  const auto& types = label_types(branch_target(in_.u32(), at));
  bool match = types.size() == values.size() + has_reference;
  for (std::size_t i = 0; match && i < values.size(); ++i) match = matches(values[i], types[i]);
  if (match && has_reference) match = matches(ValType::reference(HeapType::exn, false), types.back());
  if (!match) in_.invalid(at, "type mismatch: a catch clause's label takes other values");
}

}  // namespace wasmjet::detail
