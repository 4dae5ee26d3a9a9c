#include "runtime/const_code.hpp"

#include <vector>

#include "decoder/code_reader.hpp"

namespace wasmjet {
namespace {

Value number(std::uint64_t bits) {
  Value value{};
  value.u64 = bits;
  return value;
}

Value combine(Opcode op, Value left, Value right) {
  switch (op) {
    case Opcode::i32_add:
      return number(left.u32 + right.u32);
    case Opcode::i32_sub:
      return number(left.u32 - right.u32);
    case Opcode::i32_mul:
      return number(left.u32 * right.u32);
    case Opcode::i64_add:
      return number(left.u64 + right.u64);
    case Opcode::i64_sub:
      return number(left.u64 - right.u64);
    default:
      return number(left.u64 * right.u64);
  }
}

}  // namespace

Value evaluate_const_code(const Instance& instance, const ConstExpr& expression) {
  CodeReader reader(instance.module().bytes.data() + expression.begin);
  std::vector<Value> stack;
  for (Opcode op = reader.opcode(); op != Opcode::end; op = reader.opcode()) {
    switch (op) {
      case Opcode::i32_const:
        stack.push_back(number(static_cast<std::uint32_t>(reader.s32())));
        break;
      case Opcode::i64_const:
        stack.push_back(number(static_cast<std::uint64_t>(reader.s64())));
        break;
      case Opcode::f32_const:
        stack.push_back(number(reader.f32_bits()));
        break;
      case Opcode::f64_const:
        stack.push_back(number(reader.f64_bits()));
        break;
      case Opcode::global_get:
        stack.push_back(instance.global(reader.u32()).get());
        break;
      default: {  // require_executable() has let nothing else pass
        const Value right = stack.back();
        stack.pop_back();
        stack.back() = combine(op, stack.back(), right);
        break;
      }
    }
  }
  return stack.back();
}

}  // namespace wasmjet
