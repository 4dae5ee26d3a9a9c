#pragma once

/// What the handlers of run.cpp are made of.

#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "decoder/opcodes.hpp"
#include "decoder/type_codes.hpp"
#include "runtime/instance.hpp"
#include "runtime/interpreter/code.hpp"
#include "runtime/interpreter/machine.hpp"
#include "runtime/numeric.hpp"

namespace wasmjet::interpreter {

/// The opcodes of instructions that some others look for behind themselves, to do both in one step.
inline constexpr std::uint8_t kBlock = info(Opcode::block).code, kBranchIf = info(Opcode::br_if).code,
                              kLocalGet = info(Opcode::local_get).code, kAdd = info(Opcode::i32_add).code;

/// Applies a function of runtime/numeric.hpp to the topmost operands: `run` leaves the result in their place,
/// the operands being as `kAfter` says then.
template <Cache C, auto kFunction>
struct Numeric;

template <class T>
struct ResultOf {
  using Type = T;
  static constexpr TrapCode trap(T) { return TrapCode::none; }
  static constexpr T value(T result) { return result; }
};
template <class T>
struct ResultOf<numeric::Checked<T>> {
  using Type = T;
  static constexpr TrapCode trap(numeric::Checked<T> result) { return result.trap; }
  static constexpr T value(numeric::Checked<T> result) { return result.value; }
};

template <Cache C, class Result, class A, Result (*kFunction)(A)>
struct Numeric<C, kFunction> {
  using R = ResultOf<Result>;
  static constexpr Cache kRest = popped(C), kAfter = pushed<typename R::Type>(kRest);
  [[gnu::always_inline]] static TrapCode run(Slot*& sp, Slot& a, Slot& b, Vector& x) {
    const Result result = value(sp, a, b, x);
    PUSH(kRest, R::value(result));
    return R::trap(result);
  }
  [[gnu::always_inline]] static Result value(Slot*& sp, Slot a, Slot b, Vector x) {
    return kFunction(POP(A, C));
  }
};
template <Cache C, class Result, class A, class B, Result (*kFunction)(A, B)>
struct Numeric<C, kFunction> {
  using R = ResultOf<Result>;
  static constexpr Cache kRest = popped(C, 2), kAfter = pushed<typename R::Type>(kRest);
  [[gnu::always_inline]] static TrapCode run(Slot*& sp, Slot& a, Slot& b, Vector& x) {
    const Result result = value(sp, a, b, x);
    PUSH(kRest, R::value(result));
    return R::trap(result);
  }
  [[gnu::always_inline]] static Result value(Slot*& sp, Slot a, Slot b, Vector x) {
    const B second = POP(B, C);
    const A first = POP(A, popped(C));
    return kFunction(first, second);
  }
};

/// Whether an integer is as F says.
template <Form F>
[[gnu::always_inline]] inline bool is_of_form(const std::uint8_t* p) {
  return p[0] < 0x80 || (F == Form::medium && (p[1] < 0x80 || p[2] < 0x80));
}

/// An unsigned LEB128 integer of validated code.
template <Form F = Form::any>
[[gnu::always_inline]] inline std::uint64_t unsigned_leb(const std::uint8_t*& p) {
  std::uint64_t value = *p++;
  if (F == Form::brief || value < 0x80) return value;
  value &= 0x7F;
  if constexpr (F == Form::medium) {
    const std::uint64_t second = *p++;
    if (second < 0x80) return value | second << 7;
    return value | (second & 0x7F) << 7 | std::uint64_t{*p++} << 14;
  }
  for (unsigned shift = 7;; shift += 7) {
    const std::uint8_t byte = *p++;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}
template <Form F = Form::any>
[[gnu::always_inline]] inline std::uint32_t index_leb(const std::uint8_t*& p) {
  return static_cast<std::uint32_t>(unsigned_leb<F>(p));
}
template <Form F = Form::any>
[[gnu::always_inline]] inline std::int64_t signed_leb(const std::uint8_t*& p) {
  std::uint64_t value = *p++;
  if (F == Form::brief || value < 0x80) return static_cast<std::int64_t>(value << 57) >> 57;
  value &= 0x7F;
  if constexpr (F == Form::medium) {
    const std::uint64_t second = *p++;
    if (second < 0x80) return static_cast<std::int64_t>((value | second << 7) << 50) >> 50;
    const std::uint64_t third = *p++;
    return static_cast<std::int64_t>((value | (second & 0x7F) << 7 | third << 14) << 43) >> 43;
  }
  unsigned shift = 7;
  std::uint8_t byte = 0;
  do {
    byte = *p++;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    shift += 7;
  } while (byte >= 0x80);
  if (shift < 64 && (byte & 0x40) != 0) value |= ~std::uint64_t{0} << shift;
  return static_cast<std::int64_t>(value);
}

[[gnu::always_inline]] inline bool is_short_block_type(const std::uint8_t* p) {
  return *p < 0x80 && *p != kReferenceCode && *p != kNullableReferenceCode;
}
/// A value type, a type index or nothing (spec 5.4.1). The one-byte forms are integers too; behind the codes
/// of `(ref …)` stands a heap type.
template <Form F = Form::any>
[[gnu::always_inline]] inline void skip_block_type(const std::uint8_t*& p) {
  if constexpr (F != Form::any) {
    ++p;
    return;
  }
  const std::uint8_t first = *p;
  signed_leb(p);
  if (first == kReferenceCode || first == kNullableReferenceCode) signed_leb(p);
}

/// Behind the two parts of a prefixed opcode.
[[gnu::always_inline]] inline const std::uint8_t* behind_prefix(const std::uint8_t* pc) {
  ++pc;
  while (*pc++ >= 0x80) {
  }
  return pc;
}

/// Whether alignment (without a memory index, which a bit of it announces) is a byte, and the offset as F
/// says.
template <Form F>
[[gnu::always_inline]] inline bool is_memory_argument_of_form(const std::uint8_t* p) {
  return p[0] < 0x40 && is_of_form<F>(p + 1);
}
/// Reads alignment, memory index (0, if it is there) and offset.
template <Form F>
[[gnu::always_inline]] inline std::uint64_t memory_offset(const std::uint8_t*& p) {
  constexpr std::uint64_t kHasMemoryIndex = 0x40;
  if constexpr (F == Form::any) {
    if ((unsigned_leb(p) & kHasMemoryIndex) != 0) unsigned_leb(p);
  } else {
    ++p;
  }
  return unsigned_leb<F>(p);
}

template <class T>
T& at(VmContext* context, std::uint32_t offset) {
  return *reinterpret_cast<T*>(reinterpret_cast<std::uint8_t*>(context) + offset);
}
inline Value& global(const Machine* vm, std::uint32_t index) {
  const VmLayout& layout = vm->function->owner->layout();
  return layout.is_imported_global(index) ? *at<Value*>(vm->context, layout.global_pointer(index))
                                          : at<Value>(vm->context, layout.global_value(index));
}
inline TableRecord& table(const Machine* vm, std::uint32_t index) {
  const VmLayout& layout = vm->function->owner->layout();
  return layout.is_imported_table(index) ? *at<TableRecord*>(vm->context, layout.table_pointer(index))
                                         : at<TableRecord>(vm->context, layout.table_record(index));
}

}  // namespace wasmjet::interpreter
