#include <optional>

#include "decoder/later_features.hpp"
#include "decoder/opcodes.hpp"
#include "decoder/sections.hpp"
#include "decoder/subtyping.hpp"

namespace wasmjet::detail {

namespace {

/// Reads one constant expression (spec 3.3.13) and checks it on an operand stack of its own.
class ConstExprReader {
 public:
  ConstExprReader(ByteReader& in, Module& module) : in_(in), module_(module) {}

  ConstExpr read(ValType expected) {
    const std::size_t at = in_.offset();
    std::size_t instructions = 0;
    for (;; ++instructions) {
      instruction_at_ = in_.offset();
      const Opcode op = opcode();
      if (op == Opcode::end) break;
      instruction(op);
    }
    if (stack_.size() != 1) {
      in_.invalid(at, "type mismatch: the constant expression makes " + std::to_string(stack_.size()) +
                          " values instead of one " + to_string(expected));
    }
    if (!is_subtype(module_, stack_[0], expected)) {
      in_.invalid(at, "type mismatch: the constant expression is " + to_string(stack_[0]) + ", not " +
                          to_string(expected));
    }
    if (instructions == 1 && simple_) return *simple_;
    ConstExpr code{ConstExpr::Kind::code, stack_[0]};
    code.begin = static_cast<std::uint32_t>(at);
    return code;
  }

 private:
  Opcode opcode() {
    const std::uint8_t first = in_.byte();
    const bool prefixed = OpcodeByCode::is_prefix(first);
    const std::uint32_t code = prefixed ? in_.u32() : first;
    const std::uint16_t row = kOpcodeByCode.row(prefixed ? first : 0, code);
    if (row != kNoOpcode) return static_cast<Opcode>(row);
    if (!prefixed && foreign_opcode(first) != nullptr) {
      in_.unsupported(instruction_at_, std::string(foreign_opcode(first)) + ": not supported");
    }
    in_.malformed(instruction_at_,
                  "illegal opcode " + (prefixed ? bare_hex(first) + " " : "") + bare_hex(code));
  }

  void instruction(Opcode op) {
    switch (op) {
      case Opcode::i32_const:
        return number(kI32, static_cast<std::uint32_t>(in_.s32()));
      case Opcode::i64_const:
        return number(kI64, static_cast<std::uint64_t>(in_.s64()));
      case Opcode::f32_const:
        return number(kF32, in_.f32_bits());
      case Opcode::f64_const:
        return number(kF64, in_.f64_bits());
      case Opcode::v128_const:
        in_.bytes(16);
        return push(kV128);
      case Opcode::global_get:
        return global_get();
      case Opcode::ref_null:
        return simple({ConstExpr::Kind::ref_null, in_.heap_type()});
      case Opcode::ref_func:
        return ref_func();
      case Opcode::i32_add:
      case Opcode::i32_sub:
      case Opcode::i32_mul:
        return binary(kI32);
      case Opcode::i64_add:
      case Opcode::i64_sub:
      case Opcode::i64_mul:
        return binary(kI64);
      default:
        return aggregate(op);
    }
  }

  void aggregate(Opcode op) {
    switch (op) {
      case Opcode::ref_i31:
        pop(kI32);
        return push(ValType::reference(HeapType::i31, false));
      case Opcode::any_convert_extern:
        return convert(HeapType::extern_, HeapType::any);
      case Opcode::extern_convert_any:
        return convert(HeapType::any, HeapType::extern_);
      case Opcode::struct_new:
      case Opcode::struct_new_default:
        return new_struct(op == Opcode::struct_new_default);
      case Opcode::array_new:
      case Opcode::array_new_default:
      case Opcode::array_new_fixed:
        return new_array(op);
      default:
        in_.invalid(instruction_at_,
                    "constant expression required: " + std::string(text_name(op)) + " is not constant");
    }
  }

  void push(ValType type) { stack_.push_back(type); }

  void pop(ValType expected) {
    if (stack_.empty()) {
      in_.invalid(instruction_at_,
                  "type mismatch: the constant expression lacks an operand of type " + to_string(expected));
    }
    if (!is_subtype(module_, stack_.back(), expected)) {
      in_.invalid(instruction_at_, "type mismatch: the constant expression has an operand of type " +
                                       to_string(stack_.back()) + ", not " + to_string(expected));
    }
    stack_.pop_back();
  }

  /// What needs no code if it is the whole expression.
  void simple(const ConstExpr& expression) {
    simple_ = expression;
    push(expression.type);
  }

  void number(ValType type, std::uint64_t bits) { simple({ConstExpr::Kind::number, type, bits}); }

  void binary(ValType type) {
    pop(type);
    pop(type);
    push(type);
  }

  void convert(HeapType from, HeapType to) {
    const bool nullable = stack_.empty() || stack_.back().is_nullable();
    pop(ValType::reference(from));
    push(ValType::reference(to, nullable));
  }

  void global_get() {
    const std::size_t at = in_.offset();
    const std::uint32_t index = in_.u32();
    if (index >= module_.globals.size()) in_.unknown(at, "global", index, module_.globals.size());
    const GlobalType& type = module_.globals[index].type;
    if (type.is_mutable) {
      in_.invalid(at, "constant expression required: global " + std::to_string(index) + " is mutable");
    }
    simple({ConstExpr::Kind::global_get, type.type, 0, index});
  }

  void ref_func() {
    const std::uint32_t index = decode_function_index(in_, module_);
    declare_function(module_, index);
    const ValType type = ValType::type_reference(module_.functions[index], false);
    simple({ConstExpr::Kind::ref_func, type, 0, index});
  }

  std::uint32_t type_of_form(TypeForm form) {
    const std::size_t at = in_.offset();
    const std::uint32_t index = in_.u32();
    if (index >= module_.types.size()) in_.unknown(at, "type", index, module_.types.size());
    if (module_.type_defs[index].form != form) {
      in_.invalid(at, "type mismatch: type " + std::to_string(index) + " is no " +
                          (form == TypeForm::struct_ ? "structure" : "array"));
    }
    return index;
  }

  void check_default(const FieldType& field) const {
    if (!field.type.is_defaultable()) {
      in_.invalid(instruction_at_, "type mismatch: " + to_string(field.type) + " has no default value");
    }
  }

  void new_struct(bool defaults) {
    const std::uint32_t index = type_of_form(TypeForm::struct_);
    const std::vector<FieldType>& fields = module_.type_defs[index].fields;
    for (std::size_t i = fields.size(); i-- > 0;) {
      defaults ? check_default(fields[i]) : pop(fields[i].type);
    }
    push(ValType::type_reference(index, false));
  }

  void new_array(Opcode op) {
    const std::uint32_t index = type_of_form(TypeForm::array);
    const FieldType& element = module_.type_defs[index].fields[0];
    if (op == Opcode::array_new_fixed) {
      for (std::uint32_t n = in_.u32(); n > 0; --n) pop(element.type);
    } else {
      pop(kI32);
      op == Opcode::array_new ? pop(element.type) : check_default(element);
    }
    push(ValType::type_reference(index, false));
  }

  ByteReader& in_;
  Module& module_;
  std::size_t instruction_at_ = 0;
  std::vector<ValType> stack_;
  std::optional<ConstExpr> simple_;
};

}  // namespace

ConstExpr decode_const_expr(ByteReader& in, Module& module, ValType expected) {
  return ConstExprReader(in, module).read(expected);
}

void declare_function(Module& module, std::uint32_t function) {
  if (module.declared_functions.size() < module.functions.size()) {
    module.declared_functions.resize(module.functions.size());
  }
  module.declared_functions[function] = true;
}

std::uint32_t decode_function_index(ByteReader& in, const Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t index = in.u32();
  if (index >= module.functions.size()) in.unknown(at, "function", index, module.functions.size());
  return index;
}

}  // namespace wasmjet::detail
