#include "decoder/body_validator.hpp"
#include "decoder/limits.hpp"

// Structures, arrays and i31 (spec 3.3.2).
namespace wasmjet::detail {

void BodyValidator::aggregate(Opcode op) {
  switch (op) {
    case Opcode::struct_new:
    case Opcode::struct_new_default:
      return struct_new(op == Opcode::struct_new_default);
    case Opcode::struct_get:
    case Opcode::struct_get_s:
    case Opcode::struct_get_u:
    case Opcode::struct_set:
      return struct_field(op);
    case Opcode::array_new:
    case Opcode::array_new_default:
    case Opcode::array_new_fixed:
      return array_new(op);
    case Opcode::array_new_data:
    case Opcode::array_new_elem:
      return array_new_segment(op == Opcode::array_new_data);
    case Opcode::array_get:
    case Opcode::array_get_s:
    case Opcode::array_get_u:
      return array_get(op);
    case Opcode::array_set:
      return array_set();
    case Opcode::array_fill:
      return array_fill();
    case Opcode::array_copy:
      return array_copy();
    case Opcode::array_init_data:
    case Opcode::array_init_elem:
      return array_init(op == Opcode::array_init_data);
    case Opcode::array_len:
      pop(ValType::reference(HeapType::array));
      return push(StackType::i32);
    case Opcode::ref_i31:
      pop(StackType::i32);
      return push(to_stack_type(ValType::reference(HeapType::i31, false)));
    case Opcode::i31_get_s:
    case Opcode::i31_get_u:
      pop(ValType::reference(HeapType::i31));
      return push(StackType::i32);
    case Opcode::any_convert_extern:
      return convert(HeapType::extern_, HeapType::any);
    case Opcode::extern_convert_any:
      return convert(HeapType::any, HeapType::extern_);
    case Opcode::atomic_fence: {
      const std::size_t at = in_.offset();
      if (in_.byte() != 0) in_.malformed(at, "zero byte expected");
      return;
    }
    default:
      fail_opcode(info(op).prefix, info(op).code);
  }
}

std::uint32_t BodyValidator::type_of_form(TypeForm form) {
  const std::uint32_t index = checked_index("type", module_.types.size());
  if (module_.type_defs[index].form != form) {
    constexpr const char* kNames[] = {"function", "structure", "array"};
    invalid("type mismatch: type " + std::to_string(index) + " is no " +
            kNames[static_cast<std::size_t>(form)] + " type");
  }
  return index;
}

const FieldType& BodyValidator::array_type(std::uint32_t& type) {
  type = type_of_form(TypeForm::array);
  return module_.type_defs[type].fields[0];
}

void BodyValidator::check_mutable(const FieldType& field) const {
  if (!field.is_mutable) invalid("immutable field or array: it cannot be written");
}

void BodyValidator::check_default(const FieldType& field) const {
  if (!field.type.is_defaultable()) {
    invalid("type mismatch: " + to_string(field.type) + " has no default value");
  }
}

/// Packed fields are read with an extension, others without.
void BodyValidator::check_packing(const FieldType& field, bool packed) const {
  if ((field.packing != FieldType::Packing::none) != packed) {
    invalid(packed ? "type mismatch: only packed fields are read with an extension"
                   : "type mismatch: packed fields are read with an extension");
  }
}

void BodyValidator::struct_new(bool defaults) {
  const std::uint32_t type = type_of_form(TypeForm::struct_);
  const std::vector<FieldType>& fields = module_.type_defs[type].fields;
  for (std::size_t i = fields.size(); i-- > 0;) {
    if (defaults) {
      check_default(fields[i]);
    } else {
      pop(fields[i].type);
    }
  }
  count_host_call();
  push(to_stack_type(ValType::type_reference(type, false)));
}

void BodyValidator::struct_field(Opcode op) {
  const std::uint32_t type = type_of_form(TypeForm::struct_);
  const std::vector<FieldType>& fields = module_.type_defs[type].fields;
  const FieldType& field = fields[checked_index("field", fields.size())];
  const ValType reference = ValType::type_reference(type, true);
  if (op == Opcode::struct_set) {
    check_mutable(field);
    pop(field.type);
    pop(reference);
    return;
  }
  check_packing(field, op != Opcode::struct_get);
  pop(reference);
  push(to_stack_type(field.type));
}

void BodyValidator::array_new(Opcode op) {
  std::uint32_t type = 0;
  const FieldType& element = array_type(type);
  if (op == Opcode::array_new_fixed) {
    const std::size_t at = in_.offset();
    const std::uint32_t n = in_.u32();
    if (n > limits::kArrayFixed) {
      in_.unsupported(at, "array.new_fixed of " + std::to_string(n) + " elements, the limit is " +
                              std::to_string(limits::kArrayFixed));
    }
    for (std::uint32_t i = 0; i < n; ++i) pop(element.type);
  } else {
    pop(StackType::i32);
    if (op == Opcode::array_new) {
      pop(element.type);
    } else {
      check_default(element);
    }
  }
  count_host_call();
  push(to_stack_type(ValType::type_reference(type, false)));
}

void BodyValidator::check_data_element(const FieldType& element) const {
  if (element.type.is_ref()) invalid("type mismatch: array elements of a data segment are not numeric");
}

/// The segment that an array of `element` takes its values from.
void BodyValidator::segment_index(const FieldType& element, bool data, const char* from_elements) {
  if (data) {
    check_data_element(element);
    data_index();
    return;
  }
  const std::uint32_t segment = checked_index("elem segment", module_.elements.size());
  if (!matches(module_.elements[segment].type, element.type)) {
    invalid(std::string("type mismatch: ") + from_elements + " from a segment of " +
            to_string(module_.elements[segment].type));
  }
}

void BodyValidator::array_new_segment(bool data) {
  std::uint32_t type = 0;
  const FieldType& element = array_type(type);
  segment_index(element, data, "array.new_elem");
  pop(StackType::i32);
  pop(StackType::i32);
  count_host_call();
  push(to_stack_type(ValType::type_reference(type, false)));
}

void BodyValidator::array_get(Opcode op) {
  std::uint32_t type = 0;
  const FieldType& element = array_type(type);
  check_packing(element, op != Opcode::array_get);
  pop(StackType::i32);
  pop(ValType::type_reference(type, true));
  push(to_stack_type(element.type));
}

void BodyValidator::array_set() {
  std::uint32_t type = 0;
  const FieldType& element = array_type(type);
  check_mutable(element);
  pop(element.type);
  pop(StackType::i32);
  pop(ValType::type_reference(type, true));
}

void BodyValidator::array_fill() {
  std::uint32_t type = 0;
  const FieldType& element = array_type(type);
  check_mutable(element);
  pop(StackType::i32);
  pop(element.type);
  pop(StackType::i32);
  pop(ValType::type_reference(type, true));
  count_host_call();
}

void BodyValidator::array_copy() {
  std::uint32_t to = 0;
  std::uint32_t from = 0;
  const FieldType& destination = array_type(to);
  const FieldType& source = array_type(from);
  check_mutable(destination);
  if (destination.packing != source.packing || !matches(source.type, destination.type)) {
    invalid("type mismatch: array types do not match: " + to_string(source.type) + " to " +
            to_string(destination.type));
  }
  pop(StackType::i32);
  pop(StackType::i32);
  pop(ValType::type_reference(from, true));
  pop(StackType::i32);
  pop(ValType::type_reference(to, true));
  count_host_call();
}

void BodyValidator::array_init(bool data) {
  std::uint32_t type = 0;
  const FieldType& element = array_type(type);
  check_mutable(element);
  segment_index(element, data, "array.init_elem");
  for (int i = 0; i < 3; ++i) pop(StackType::i32);
  pop(ValType::type_reference(type, true));
  count_host_call();
}

}  // namespace wasmjet::detail
