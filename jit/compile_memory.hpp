#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "jit/compile_compare.hpp"
#include "jit/function_compiler.hpp"

/// FunctionCompiler: linear memory, tables, globals and references.
///
/// The sandbox invariant: every access to linear memory is base + zero-extended 32-bit index +
/// constant, with the index and the constant below 2^32 each, so it ends inside the reservation of
/// 8 GiB and a page; or, without a reservation, after an explicit check of exactly that sum.
/// Operands come from address() alone. That a register's upper half is zero holds for every i32
/// (macro_assembler.hpp); debug builds assert it before each access.
namespace wasmjet::jit {

template <class Masm>
[[gnu::always_inline]] inline MemoryOperand FunctionCompiler<Masm>::address(StackValue& index,
                                                                            const MemArg& arg,
                                                                            std::uint32_t size) {
  const bool is_usual =
      !index.is_const() && arg.memory == 0 && memory_is_guarded_ && !context_.options.assert_invariants;
  if (!is_usual || (!Masm::kFoldsAnyOffset && arg.offset > INT32_MAX)) [[unlikely]]
    return any_address(index, arg, size);
  MemoryOperand operand;
  operand.offset = arg.offset;
  operand.index = to_reg(index);
  return operand;
}

template <class Masm>
MemoryOperand FunctionCompiler<Masm>::any_address(StackValue& index, const MemArg& arg, std::uint32_t size) {
  MemoryOperand operand;
  operand.offset = arg.offset;
  if (index.is_const() && index.bits() + arg.offset <= INT32_MAX) {
    operand.offset += index.bits();
  } else {
    operand.index = to_reg(index);
    if (context_.options.assert_invariants) masm_.assert_zero_extended(operand.index);
  }
  const bool guarded =
      arg.memory == 0 ? memory_is_guarded_ : context_.memories[arg.memory] == MemoryBounds::guarded;
  operand.checked = !guarded;
  if (!guarded) check_bounds(operand, arg.memory, size);
  if (!Masm::kFoldsAnyOffset && operand.offset > INT32_MAX) {  // no room in an instruction: add in 64 bits
    const Reg sum = allocate(false);
    masm_.constant(sum, operand.offset, ValKind::i64);
    if (operand.index.valid()) masm_.integer_binary(Opcode::i64_add, sum, sum, Operand::of(operand.index));
    release(index);
    index.come_to(sum);
    operand.index = sum;
    operand.offset = 0;
  }
  return operand;
}

/// Explicit bounds: traps unless index + offset + size is at most the memory's size.
template <class Masm>
void FunctionCompiler<Masm>::check_bounds(const MemoryOperand& operand, std::uint32_t memory,
                                          std::uint32_t size) {
  const Reg end = allocate(false);
  masm_.access_end(end, operand, size);
  const Reg record = memory_record(memory);
  masm_.compare_memory_size(end, record);
  masm_.trap_if(Cond::gt_u, TrapCode::memory_out_of_bounds);
  release(record);
  release(end);
}

template <class Masm>
Reg FunctionCompiler<Masm>::memory_record(std::uint32_t memory) {
  const Reg record = allocate(false);
  masm_.load(record, Abi::kContext, static_cast<std::int32_t>(context_.layout.memory_pointer(memory)),
             ValKind::i64);
  return record;
}

constexpr bool takes_memory_operand(Opcode op, Opcode load) {
  switch (load) {
    case Opcode::i32_load:
      return op == Opcode::i32_add || op == Opcode::i32_sub || op == Opcode::i32_and ||
             op == Opcode::i32_or || op == Opcode::i32_xor || op == Opcode::i32_mul;
    case Opcode::i64_load:
      return op == Opcode::i64_add || op == Opcode::i64_sub || op == Opcode::i64_and ||
             op == Opcode::i64_or || op == Opcode::i64_xor || op == Opcode::i64_mul;
    case Opcode::f32_load:
      return op >= Opcode::f32_add && op <= Opcode::f32_div;
    case Opcode::f64_load:
      return op >= Opcode::f64_add && op <= Opcode::f64_div;
    default:
      return false;
  }
}

/// A load that the next instruction consumes as its right operand becomes its memory operand.
template <class Masm>
bool FunctionCompiler<Masm>::fold_load(const MemoryOperand& operand, Opcode load, ValKind kind,
                                       StackValue& index) {
  if constexpr (!Masm::kHasMemoryOperands) {
    return false;
  } else {
    if (stack_.size() == control_.back().height) return false;
    const Opcode op = static_cast<Opcode>(kOpcodeByCode.plain[peek()]);
    if (!takes_memory_operand(op, load) || stack_.back().is_const()) return false;
    reader_.opcode();
    StackValue left = pop();
    const Reg l = to_reg(left);
    Destination to = destination(kind);
    release(left);
    if (to.to_local && (to.reg == operand.index || to.reg == operand.base) && to.reg != l) {
      // The copy of the left operand would overwrite the address.
      const Reg sum = allocate(to.reg.is_float(), left.is_reg() ? l : Reg{});
      masm_.binary_memory(op, sum, l, operand);
      masm_.move(to.reg, sum, kind);
      release(sum);
    } else {
      settle(to, kind, left.is_reg() ? l : Reg{});
      masm_.binary_memory(op, to.reg, l, operand);
    }
    release(index);
    finish(to, kind);
    return true;
  }
}

constexpr unsigned bits_of_comparable(Opcode load) {
  switch (load) {
    case Opcode::i32_load8_u:
      return 8;
    case Opcode::i32_load16_u:
      return 16;
    case Opcode::i32_load:
      return 32;
    case Opcode::i64_load:
      return 64;
    default:
      return 0;
  }
}

/// By the byte of an instruction: whether a load before it may become its memory operand.
inline constexpr auto kTakesLoads = [] {
  std::array<bool, 256> takes{};
  for (std::size_t byte = 0; byte < takes.size(); ++byte) {
    const auto op = static_cast<Opcode>(kOpcodeByCode.plain[byte]);
    const bool compares = op >= Opcode::i32_eq && op <= Opcode::i64_ge_u;
    takes[byte] = compares;
    for (const Opcode load : {Opcode::i32_load, Opcode::i64_load, Opcode::f32_load, Opcode::f64_load}) {
      takes[byte] |= takes_memory_operand(op, load);
    }
  }
  return takes;
}();

/// A load that the next instruction compares with becomes the comparison's memory operand; of bytes and
/// halfwords, if the left operand is known to be one.
template <class Masm>
bool FunctionCompiler<Masm>::fold_load_into_compare(const MemoryOperand& operand, Opcode load,
                                                    const StackValue& index) {
  if constexpr (!Masm::kHasMemoryOperands) {
    return false;
  } else {
    const unsigned bits = bits_of_comparable(load);
    const auto op = static_cast<Opcode>(kOpcodeByCode.plain[peek()]);
    const bool compares = bits == 64 ? op >= Opcode::i64_eq && op <= Opcode::i64_ge_u
                                     : op >= Opcode::i32_eq && op <= Opcode::i32_ge_u;
    if (bits == 0 || !compares || stack_.size() == control_.back().height) return false;
    if (stack_.back().is_const() || (bits < 32 && stack_.back().width() > bits)) return false;
    reader_.opcode();
    StackValue left = pop();
    masm_.compare_memory(bits, to_reg(left), operand);
    release(left);
    release(index);
    const Cond cond = integer_condition(op);
    finish_compare(bits < 32 ? without_sign(cond) : cond);
    return true;
  }
}

template <class Masm>
void FunctionCompiler<Masm>::load(Opcode op, ValKind kind, std::uint32_t size) {
  MemArg arg = reader_.memarg();
  arg.offset += std::exchange(pending_offset_, 0);
  StackValue index = pop();
  const MemoryOperand operand = address(index, arg, size);
  if (kTakesLoads[peek()] &&
      (fold_load(operand, op, kind, index) || fold_load_into_compare(operand, op, index)))
    return;
  Destination to = destination(kind);
  release(index);
  settle(to, kind, where_wanted(kind, index.is_reg() && !lives_in_float(kind) ? index.reg() : Reg{}));
  masm_.load_memory(op, to.reg, operand);
  const bool extends = op == Opcode::i32_load8_u || op == Opcode::i32_load16_u;
  finish(to, kind, extends ? size * 8 : StackValue::kAnyWidth);
}

template <class Masm>
void FunctionCompiler<Masm>::store(Opcode op, ValKind kind, std::uint32_t size) {
  const MemArg arg = reader_.memarg();
  StackValue value = pop(), index = pop();
  const bool immediate = value.is_const() && Masm::fits_store_immediate(value.bits(), kind);
  const Reg from = immediate ? Reg{} : to_reg(value);
  const MemoryOperand operand = address(index, arg, size);
  if (immediate) {
    const Opcode as_integer = op == Opcode::f32_store   ? Opcode::i32_store
                              : op == Opcode::f64_store ? Opcode::i64_store
                                                        : op;
    masm_.store_memory_constant(as_integer, operand, static_cast<std::int32_t>(value.bits()));
  } else {
    masm_.store_memory(op, operand, from);
  }
  release(value);
  release(index);
}

template <class Masm>
void FunctionCompiler<Masm>::memory_size() {
  const Reg record = memory_record(reader_.u32());
  masm_.load_memory_pages(record, record);
  push_reg(record, ValKind::i32);
}

/// A register and an offset that together address the TableRecord; the register is to be released.
template <class Masm>
Reg FunctionCompiler<Masm>::table_record(std::uint32_t table, std::int32_t& offset) {
  if (!context_.layout.is_imported_table(table)) {
    offset = static_cast<std::int32_t>(context_.layout.table_record(table));
    return Abi::kContext;
  }
  offset = 0;
  const Reg record = allocate(false);
  masm_.load(record, Abi::kContext, static_cast<std::int32_t>(context_.layout.table_pointer(table)),
             ValKind::i64);
  return record;
}

template <class Masm>
void FunctionCompiler<Masm>::table_get() {
  const std::uint32_t table = reader_.u32();
  StackValue index = pop();
  const Reg at = to_reg(index);
  std::int32_t offset = 0;
  const Reg record = table_record(table, offset);
  masm_.compare_table_length(at, record, offset);
  masm_.trap_if(Cond::ge_u, TrapCode::table_out_of_bounds);
  const Reg elements = allocate(false);
  masm_.load(elements, record, offset + static_cast<std::int32_t>(offsetof(TableRecord, elements)),
             ValKind::i64);
  masm_.load_table_element(elements, elements, at);
  release(record);
  release(index);
  push_reg(elements, ValKind::ref);
}

template <class Masm>
void FunctionCompiler<Masm>::table_set() {
  const std::uint32_t table = reader_.u32();
  StackValue value = pop(), index = pop();
  const Reg at = to_reg(index), from = to_reg(value);
  std::int32_t offset = 0;
  Reg record = table_record(table, offset);
  masm_.compare_table_length(at, record, offset);
  masm_.trap_if(Cond::ge_u, TrapCode::table_out_of_bounds);
  const Reg elements = record == Abi::kContext ? allocate(false) : record;
  masm_.load(elements, record, offset + static_cast<std::int32_t>(offsetof(TableRecord, elements)),
             ValKind::i64);
  masm_.store_table_element(elements, at, from);
  release(elements);
  release(index);
  release(value);
}

template <class Masm>
void FunctionCompiler<Masm>::table_size() {
  std::int32_t offset = 0;
  const Reg record = table_record(reader_.u32(), offset);
  const Reg size = record == Abi::kContext ? allocate(false) : record;
  masm_.load(size, record, offset + static_cast<std::int32_t>(offsetof(TableRecord, length)), ValKind::i32);
  push_reg(size, ValKind::i32);
}

template <class Masm>
void FunctionCompiler<Masm>::global_get() {
  const std::uint32_t index = reader_.u32();
  const Global& global = context_.module.globals[index];
  const ValKind kind = global.type.type.kind();
  const bool imported = context_.layout.is_imported_global(index);
  if (!imported && !global.type.is_mutable && global.init.kind == ConstExpr::Kind::number) {
    push_constant(global.init.bits, kind);
    return;
  }
  Reg pointer = Abi::kContext;
  std::int32_t offset = 0;
  if (imported) {
    pointer = allocate(false);
    masm_.load(pointer, Abi::kContext, static_cast<std::int32_t>(context_.layout.global_pointer(index)),
               ValKind::i64);
  } else {
    offset = static_cast<std::int32_t>(context_.layout.global_value(index));
  }
  Destination to = destination(kind);
  if (imported) release(pointer);
  settle(to, kind, imported && !lives_in_float(kind) ? pointer : Reg{});
  masm_.load(to.reg, pointer, offset, kind);
  finish(to, kind);
}

template <class Masm>
void FunctionCompiler<Masm>::global_set() {
  const std::uint32_t index = reader_.u32();
  StackValue value = pop();
  const ValKind kind = context_.module.globals[index].type.type.kind();
  const Reg from = to_reg(value);
  if (context_.layout.is_imported_global(index)) {
    const Reg pointer = allocate(false);
    masm_.load(pointer, Abi::kContext, static_cast<std::int32_t>(context_.layout.global_pointer(index)),
               ValKind::i64);
    masm_.store(pointer, 0, from, kind);
    release(pointer);
  } else {
    masm_.store(Abi::kContext, static_cast<std::int32_t>(context_.layout.global_value(index)), from, kind);
  }
  release(value);
}

template <class Masm>
void FunctionCompiler<Masm>::ref_func() {
  const Reg reg = allocate(false);
  masm_.constant(reg, context_.layout.func_ref(reader_.u32()), ValKind::i64);
  masm_.integer_binary(Opcode::i64_add, reg, reg, Operand::of(Abi::kContext));
  push_reg(reg, ValKind::ref);
}

template <class Masm>
void FunctionCompiler<Masm>::ref_is_null() {
  StackValue value = pop();
  const Reg reg = to_reg(value);
  masm_.test(true, reg, Operand::of(reg));
  release(value);
  finish_compare(Cond::eq);
}

}  // namespace wasmjet::jit
