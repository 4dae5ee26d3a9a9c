#pragma once

#include <array>
#include <cassert>
#include <cstdint>

#include "decoder/code_reader.hpp"
#include "decoder/function_info.hpp"
#include "jit/arguments.hpp"
#include "jit/compile_compare.hpp"
#include "jit/compile_fused.hpp"
#include "jit/function_compiler.hpp"
#include "jit/integer_folding.hpp"
#include "jit/simple_instructions.hpp"

namespace wasmjet::jit {

constexpr bool is_zero_test(Opcode op) { return op == Opcode::i32_eqz || op == Opcode::i64_eqz; }

/// `if (n < 2) return n;` needs no frame. Where a function that will have one begins by testing its
/// parameters and returns if the test turns out one way, the test and that return are emitted here, before
/// the prologue; if it turns out the other way, the function begins as if nothing had been, but knows how the
/// test ends (see test()). So recursions end, and functions that guard themselves. Where a function calls
/// itself, both stand before the call, too: who would return at once is not called. Nothing that stands here
/// can trap.
template <class Masm>
class EarlyExit {
 public:
  EarlyExit(const ModuleContext& context, Masm& masm, const FunctionInfo& info)
      : context_(context),
        masm_(masm),
        info_(info),
        type_(context.module.function_type(info.function)),
        bytes_(context.module.bytes.data()) {}

  /// Emits all of it, or nothing (false) where there is no such test.
  bool emit() {
    const bool in_registers = type_.results.size() <= 1 && stack_argument_bytes<Abi>(type_) == 0;
    if (!info_.calls || !in_registers || !find()) return false;
    place_parameters();
    if (!has_registers()) return false;
    const CodeReader test = evaluate(CodeReader(bytes_ + info_.code_begin));
    const Label body = masm_.new_label();
    const Cond cond = emit_test(test, take_operands(test));
    masm_.jump_if(exits_if_true_ ? negate(cond) : cond, body);
    evaluate_exit();
    place_result();
    masm_.return_without_frame();
    masm_.bind(body);
    return true;
  }

  /// Where the test stands that emit() found, whose outcome is known behind it: at the comparison, or at the
  /// branch if that has none. Null if something is computed for it, which the compiler could join with it.
  const std::uint8_t* test() const { return test_; }
  /// The `if` or br_if that goes by the test would exit if it found it true.
  bool exits_if_true() const { return exits_if_true_; }

  /// Where emit() emitted something, and the function is about to call itself: jumps to `done` with the
  /// result in its register if the call would come back at once.
  void emit_before_call(Label done) {
    find();
    place_parameters();
    const CodeReader test = evaluate(CodeReader(bytes_ + info_.code_begin));
    const TestOperands operands = take_operands(test);
    // Also in vain, rather than behind one more jump.
    const bool at_once = binaries_ <= test_binaries_ + 1;
    if (at_once) evaluate_exit();
    if (at_once && result_may_be_placed()) {
      place_result();
      const Cond cond = emit_test(test, operands);
      masm_.jump_if(exits_if_true_ ? cond : negate(cond), done.near());
      return;
    }
    const Label call = masm_.new_label();
    const Cond cond = emit_test(test, operands);
    masm_.jump_if(exits_if_true_ ? negate(cond) : cond, call);
    if (!at_once) evaluate_exit();
    place_result();
    masm_.jump(done);
    masm_.bind(call);
  }

 private:
  using Abi = typename Masm::Abi;

  static constexpr std::uint32_t kMostLocals = 8;         ///< only so many are looked at
  static constexpr std::uint32_t kMostInstructions = 32;  ///< a call of itself looks at them anew
  static constexpr std::uint32_t kMostOperands = 4;
  static constexpr std::uint32_t kMostBinaries = 2;  ///< each takes a register

  /// A local's or an operand's.
  struct Value {
    Reg reg;  ///< or, if invalid, the constant `bits`
    std::uint64_t bits = 0;
    ValKind kind = ValKind::i32;
  };

  /// Looks for simple instructions and openings of blocks, then a test and an `if` or br_if, then, behind it
  /// or where it branches, simple instructions and the function's end.
  bool find() {
    CodeReader ahead(bytes_ + info_.code_begin);
    std::array<std::uint32_t, 4> tails{};
    std::size_t blocks = 0;
    std::uint32_t operands = 0;
    for (;;) {
      if (!scan(ahead, operands)) return false;
      CodeReader block = ahead;
      if (block.opcode() != Opcode::block) break;
      const bool is_plain = block.block_type().form == BlockType::Form::empty;
      if (!is_plain || operands != 0 || blocks == tails.size()) return false;
      ++blocks;  // the function itself is block 0
      tails[blocks - 1] = info_.blocks[blocks].tail;
      ahead = block;
    }
    if (binaries_ == 0) test_ = ahead.position();
    test_binaries_ = binaries_;
    Opcode op = ahead.opcode();
    if (operands != (is_integer_compare(op) ? 2U : 1U)) return false;
    if (is_integer_compare(op) || is_zero_test(op)) op = ahead.opcode();
    if (op == Opcode::if_) {
      ahead.block_type();
      behind_if_ = CodeReader(bytes_ + info_.blocks[blocks + 1].tail);
      exits_if_true_ = true;
      return exits(ahead);
    }
    if (op != Opcode::br_if) return false;
    const std::uint32_t depth = ahead.u32();
    if (exits(ahead)) return true;
    exits_if_true_ = true;
    if (depth >= blocks || tails[blocks - 1 - depth] == 0) return false;
    return exits(CodeReader(bytes_ + tails[blocks - 1 - depth]));
  }

  static bool is_integer_compare(Opcode op) {
    return info(op).lowering == LoweringClass::compare && op < Opcode::f32_eq;
  }

  /// Whether what has been found gets by with the registers that hold no parameter: one for each operation,
  /// up to two for constants in the test, and the result's.
  bool has_registers() const {
    const std::uint32_t most = binaries_ + 1 + (has_wide_constant_ ? 1 : 0) + 1;
    return free_.size() >= most;
  }

  /// Passes over simple instructions; false if they are more than evaluate() can do.
  bool scan(CodeReader& reader, std::uint32_t& operands) {
    for (;;) {
      CodeReader ahead = reader;
      const Opcode op = ahead.opcode();
      if (!skip_simple(reader, operands)) return true;
      if (++instructions_ > kMostInstructions) return false;
      if (op == Opcode::i64_const &&
          !fits_immediate({{}, static_cast<std::uint64_t>(ahead.s64()), ValKind::i64})) {
        has_wide_constant_ = true;
      }
      const bool names_local = op == Opcode::local_get || op == Opcode::local_set || op == Opcode::local_tee;
      if (names_local && ahead.u32() >= kMostLocals) return false;
      binaries_ += is_simple_binary(op) ? 1 : 0;
      if (operands > kMostOperands || binaries_ > kMostBinaries) return false;
    }
  }

  /// Whether the function ends from here with no more than simple instructions; notes where.
  bool exits(CodeReader reader) {
    exit_ = reader;
    std::uint32_t operands = 0;
    if (!scan(reader, operands)) return false;
    Opcode op = reader.opcode();
    if (op == Opcode::else_ && behind_if_.position() != bytes_) {
      reader = behind_if_;
      if (!scan(reader, operands)) return false;
      op = reader.opcode();
    }
    if (operands != type_.results.size()) return false;
    return op == Opcode::return_ || (op == Opcode::end && reader.position() == bytes_ + info_.code_end);
  }

  void place_parameters() {
    for (const Reg reg : Abi::kIntScratch) free_.add(reg);
    for (const Reg reg : Abi::kCallerSavedHomes) free_.add(reg);
    free_.remove(Abi::kIntTemp);
    ArgumentCursor<Abi> cursor;
    for (std::uint32_t local = 0; local < info_.locals.size(); ++local) {
      const ValKind kind = info_.locals[local].kind();
      Value value{{}, 0, kind};
      if (local < type_.params.size()) {
        value.reg = cursor.next(kind).reg;
        free_.remove(value.reg);
      } else if (local >= kMostLocals) {
        return;
      }
      if (local < kMostLocals) locals_[local] = value;
    }
  }

  /// Computes simple instructions, passing over openings of blocks; returns what comes then.
  CodeReader evaluate(CodeReader reader) {
    for (;;) {
      CodeReader ahead = reader;
      const Opcode op = ahead.opcode();
      switch (op) {
        case Opcode::block:
          ahead.block_type();
          break;
        case Opcode::local_get:
          push(locals_[ahead.u32()]);
          break;
        case Opcode::local_set:
          locals_[ahead.u32()] = pop();
          break;
        case Opcode::local_tee:
          locals_[ahead.u32()] = stack_[operands_ - 1];
          break;
        case Opcode::i32_const:
          push({{}, static_cast<std::uint32_t>(ahead.s32()), ValKind::i32});
          break;
        case Opcode::i64_const:
          push({{}, static_cast<std::uint64_t>(ahead.s64()), ValKind::i64});
          break;
        default:
          if (!is_simple_binary(op)) return reader;
          binary(op);
      }
      reader = ahead;
    }
  }

  void push(const Value& value) { stack_[operands_++] = value; }
  Value pop() { return stack_[--operands_]; }

  static bool is_const(const Value& value) { return !value.reg.valid(); }
  static bool fits_immediate(const Value& value) { return Operand::fits_immediate(value.bits, value.kind); }
  static Operand operand(const Value& value) {
    return is_const(value) ? Operand::immediate(static_cast<std::int32_t>(value.bits))
                           : Operand::of(value.reg);
  }

  void binary(Opcode op) {
    Value right = pop(), left = pop();
    const ValKind kind = left.kind;
    if (is_const(left) && is_const(right)) {
      push({{}, fold_integer_binary(op, left.bits, right.bits), kind});
      return;
    }
    if (is_const(left) && commutes(op)) std::swap(left, right);
    const bool adds = op == Opcode::i32_add || op == Opcode::i64_add;
    if (adds && is_const(right) && right.bits == 0) {
      push(left);
      return;
    }
    const Reg to = temporary();
    if (is_const(left) || (is_const(right) && !fits_immediate(right))) {
      Value& constant = is_const(left) ? left : right;
      masm_.constant(to, constant.bits, kind);
      constant.reg = to;
    }
    masm_.integer_binary(op, to, left.reg, operand(right));
    push({to, 0, kind});
  }

  Reg temporary() {
    assert(!free_.empty());  // has_registers()
    const Reg reg = free_.has(Abi::kIntResult) ? Abi::kIntResult : free_.first();
    free_.remove(reg);
    return reg;
  }

  Reg in_register(const Value& value) {
    if (!is_const(value)) return value.reg;
    const Reg reg = temporary();
    masm_.constant(reg, value.bits, value.kind);
    return reg;
  }

  struct TestOperands {
    Value left, right;
  };
  TestOperands take_operands(CodeReader test) {
    TestOperands operands;
    if (is_integer_compare(test.opcode())) operands.right = pop();
    operands.left = pop();
    return operands;
  }

  /// Sets the flags for the condition that it returns, which the `if` or br_if behind goes by.
  Cond emit_test(CodeReader reader, const TestOperands& operands) {
    const Opcode op = reader.opcode();
    auto [left, right] = operands;
    if (!is_integer_compare(op)) {
      const Reg reg = in_register(left);
      masm_.test(op == Opcode::i64_eqz, reg, Operand::of(reg));
      return is_zero_test(op) ? Cond::eq : Cond::ne;
    }
    Cond cond = integer_condition(op);
    if (is_const(left)) {
      std::swap(left, right);
      cond = mirror(cond);
    }
    const Reg reg = in_register(left);
    if (is_const(right) && !fits_immediate(right)) right.reg = in_register(right);
    masm_.compare(op >= Opcode::i64_eq, reg, operand(right));
    return cond;
  }

  /// Computes what the exit returns, if anything.
  void evaluate_exit() {
    const CodeReader end = evaluate(exit_);
    if (*end.position() == info(Opcode::else_).code) evaluate(behind_if_);
  }

  static Reg result_register(const Value& value) {
    return lives_in_float(value.kind) ? Abi::kFloatResult : Abi::kIntResult;
  }
  /// Ahead of the test: where that harms no argument of the call.
  bool result_may_be_placed() {
    if (operands_ == 0) return true;
    const Value& value = stack_[operands_ - 1];
    const Reg result = result_register(value);
    if (value.reg == result) return true;
    if (!free_.has(result)) return false;
    free_.remove(result);
    return true;
  }
  void place_result() {
    if (operands_ == 0) return;
    const Value value = pop();
    if (is_const(value)) {
      masm_.constant(result_register(value), value.bits, value.kind);
    } else {
      masm_.move(result_register(value), value.reg, value.kind);
    }
  }

  const ModuleContext& context_;
  Masm& masm_;
  const FunctionInfo& info_;
  const FuncType& type_;
  const std::uint8_t* bytes_;

  const std::uint8_t* test_ = nullptr;
  CodeReader exit_{nullptr};  ///< where the exit's instructions begin
  CodeReader behind_if_{bytes_};
  bool exits_if_true_ = false;
  std::uint32_t instructions_ = 0;
  bool has_wide_constant_ = false;
  std::uint32_t binaries_ = 0, test_binaries_ = 0;  ///< all there are; those of the test

  std::array<Value, kMostLocals> locals_;
  std::array<Value, kMostOperands> stack_;
  std::uint32_t operands_ = 0;
  RegSet free_;
};

}  // namespace wasmjet::jit
