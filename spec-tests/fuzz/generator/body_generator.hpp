#pragma once

#include <cstdint>
#include <vector>

#include "decoder/opcodes.hpp"
#include "spec-tests/fuzz/generator/choices.hpp"
#include "spec-tests/fuzz/generator/module_shape.hpp"

namespace wasmjet::fuzz {

/// Makes the body of one function: instructions one by one, each with operands from the stack where those
/// there fit its types, and fresh ones where not. So values stand on the stack for long, and cross blocks.
///
/// What keeps a body comparable between implementations: loops and calls use up the fuel; NaNs whose bits are
/// open are made canonical before an instruction shows their bits; most addresses, indices, divisors and
/// counts are brought into range, so that a run comes beyond its first trap.
class BodyGenerator {
 public:
  BodyGenerator(ModuleShape& shape, std::uint32_t function, Choices& choices);

  /// The code entry's contents: locals and instructions (spec 5.5.13).
  Bytes generate();

 private:
  struct Operand {
    ValType type;
    bool open_nan = false;  ///< may be a NaN of any bits
  };
  struct Frame {
    std::vector<ValType> label;  ///< what a branch to it takes
    std::vector<ValType> results;
    std::size_t height;  ///< of the stack below its parameters
    bool unreachable = false;
  };

  // body_generator.cpp: operands, locals, blocks.
  void choose_locals();
  void emit(Opcode op);
  void emit(Opcode op, std::uint64_t immediate);
  void put(std::uint64_t immediate) { text::put_unsigned(out_, immediate); }
  void push(ValType type, bool open_nan = false) { stack_.push_back({type, open_nan}); }
  void push_all(const std::vector<ValType>& types);
  void drop_operands(std::size_t count) { stack_.resize(stack_.size() - count); }
  std::size_t available() const { return stack_.size() - frames_.back().height; }
  bool on_top(const ValType* types, std::size_t count) const;
  void take(const std::vector<ValType>& types);
  void leave_exactly(const std::vector<ValType>& types);
  void discard();
  void constant(ValType type);
  void i32_constant(std::uint32_t value);
  void leaf(ValType type);
  bool access_local(Opcode op, ValType type);
  void settle_nan();
  void condition();
  void spend_fuel();
  void set_unreachable();
  void block_body();
  void steps();

  // body_control.cpp
  void block();
  void branch();
  void branch_table();
  void interpreter();
  void header_step();
  void leave_block();
  void call();
  void call_indirect();

  // body_instructions.cpp
  void step();
  void plain();
  void guard_trap(Opcode op);
  void clamp_float(ValType type);
  void bring_into_memory();
  void address() {
    take({kI32});
    bring_into_memory();
  }
  void fresh_address() {
    leaf(kI32);
    bring_into_memory();
  }
  void small_count();
  void table_index();
  void memarg(Opcode op);
  void load();
  void store();
  void memory();
  void table();
  void table_bulk(std::uint32_t table);
  void reference();
  void select();
  void local();
  void global();

  ModuleShape& shape_;
  const FuncType type_;
  const bool is_leaf_;
  Choices& choices_;
  Bytes out_;
  std::vector<ValType> locals_;  ///< parameters first; the last four are scratch, one of each number type
  std::vector<Operand> stack_;
  std::vector<Frame> frames_;
  std::uint32_t left_ = 400;  ///< instructions that may still be made
};

}  // namespace wasmjet::fuzz
