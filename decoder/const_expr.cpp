#include "decoder/later_features.hpp"
#include "decoder/opcodes.hpp"
#include "decoder/sections.hpp"

namespace wasmjet::detail {

namespace {

[[noreturn]] void fail_opcode(ByteReader& in, std::size_t at, std::uint8_t code) {
  const std::uint16_t row = kOpcodeByCode.plain[code];
  if (row == kNoOpcode && code != 0xFC) {
    const char* feature = feature_of_opcode(code);
    if (feature != nullptr) in.unsupported(at, std::string(feature) + ": not supported: opcode " + hex(code));
    in.malformed(at, "illegal opcode " + bare_hex(code));
  }
  const std::string name = code == 0xFC ? "opcode 0xfc" : std::string(text_name(static_cast<Opcode>(row)));
  switch (static_cast<Opcode>(row)) {
    case Opcode::i32_add:
    case Opcode::i32_sub:
    case Opcode::i32_mul:
    case Opcode::i64_add:
    case Opcode::i64_sub:
    case Opcode::i64_mul:
      in.unsupported(at, "extended constant expressions: not supported: " + name);
    default:
      in.invalid(at, "constant expression required: " + name + " is not constant");
  }
}

ConstExpr global_get(ByteReader& in, const Module& module) {
  const std::size_t at = in.offset();
  const std::uint32_t index = in.u32();
  if (index >= module.globals.size()) in.unknown(at, "global", index, module.globals.size());
  const GlobalType& type = module.globals[index].type;
  if (type.is_mutable) {
    in.invalid(at, "constant expression required: global " + std::to_string(index) + " is mutable");
  }
  if (index >= module.imported_globals) {
    in.unsupported(at, "extended constant expressions: not supported: global " + std::to_string(index) +
                           " is not imported");
  }
  return {ConstExpr::Kind::global_get, type.type, 0, index};
}

ConstExpr ref_func(ByteReader& in, Module& module) {
  const std::uint32_t index = decode_function_index(in, module);
  declare_function(module, index);
  return {ConstExpr::Kind::ref_func, kFuncRef, 0, index};
}

ConstExpr number(ValType type, std::uint64_t bits) { return {ConstExpr::Kind::number, type, bits, 0}; }

ConstExpr decode_instruction(ByteReader& in, Module& module) {
  const std::size_t at = in.offset();
  const std::uint8_t code = in.byte();
  switch (static_cast<Opcode>(kOpcodeByCode.plain[code])) {
    case Opcode::i32_const:
      return number(kI32, static_cast<std::uint32_t>(in.s32()));
    case Opcode::i64_const:
      return number(kI64, static_cast<std::uint64_t>(in.s64()));
    case Opcode::f32_const:
      return number(kF32, in.f32_bits());
    case Opcode::f64_const:
      return number(kF64, in.f64_bits());
    case Opcode::global_get:
      return global_get(in, module);
    case Opcode::ref_null:
      return {ConstExpr::Kind::ref_null, in.ref_type(), 0, 0};
    case Opcode::ref_func:
      return ref_func(in, module);
    default:
      fail_opcode(in, at, code);
  }
}

}  // namespace

ConstExpr decode_const_expr(ByteReader& in, Module& module, ValType expected) {
  constexpr std::uint8_t kEnd = static_cast<std::uint8_t>(info(Opcode::end).code);
  const std::size_t at = in.offset();
  ConstExpr result;
  std::size_t values = 0;
  // Every constant instruction pushes one value and pops none, so only a single one can be of one type.
  for (; in.peek() != kEnd; ++values) result = decode_instruction(in, module);
  in.byte();
  if (values != 1) {
    in.invalid(at, "type mismatch: the constant expression makes " + std::to_string(values) +
                       " values instead of one " + to_string(expected));
  }
  if (result.type != expected) {
    in.invalid(at, "type mismatch: the constant expression is " + to_string(result.type) + ", not " +
                       to_string(expected));
  }
  return result;
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
