#include <array>
#include <cstddef>
#include <cstring>

#include "jit/a64/macro_assembler.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;

namespace {
constexpr std::uint32_t kBranchWithLink = 0x94000000;
constexpr std::uint32_t kAddressOfPage = 0x90000000;   ///< adrp
constexpr std::uint32_t kSubtractFromSp = 0xD10003FF;  ///< sub sp, sp, #imm12
}  // namespace

/// A frame's size is known only at its end, but a bound is known now. Frames within reach of the frame
/// pointer get the exact size later. Larger ones take the bound, so that their slots can be addressed from
/// the stack pointer in one instruction; unless the bound is absurd, as it is for code that piles up
/// constants.
void MacroAssembler::prologue(const FrameShape& shape) {
  if (!shape.linked) return;
  constexpr std::uint64_t kReachOfFramePointer = 256, kMostFixed = 32 * 1024;
  frame_size_ = shape.most_bytes <= kReachOfFramePointer ? FrameSize::patched
                : shape.most_bytes <= kMostFixed         ? FrameSize::fixed
                                                         : FrameSize::patched_large;
  fixed_bytes_ =
      frame_size_ == FrameSize::fixed ? static_cast<std::uint32_t>(shape.most_bytes + 15) & ~15U : 0;
  checked_size_at_ = kNothing;
  stp(gp64(kFramePointer), gp64(kLinkRegister), arm::ptr_pre(arm::sp, -16));
  mov(gp64(kFramePointer), arm::sp);
  if (shape.checks_stack) {
    // kIntTemp holds no argument.
    const arm::Gp limit = gp64(Abi::kIntTemp);
    ldr(limit, arm::ptr(gp64(Abi::kContext), offsetof(VmContext, stack_limit)));
    if (!shape.large) {
      cmp(arm::sp, limit);
    } else {
      // An address cannot wrap by a frame's size, which is smaller than any stack's address.
      if (frame_size_ == FrameSize::patched_large) {
        checked_size_at_ = position();
        movz(scratch, 0);
        movk(scratch, 0, arm::lsl(16));
        sub(scratch, gp64(kFramePointer), scratch);
      } else {
        add_constant(true, Abi::kScratch, kFramePointer, -static_cast<std::int64_t>(shape.most_bytes));
      }
      cmp(scratch, limit);
    }
    set_flags();
    trap_if(Cond::lt_u, TrapCode::stack_overflow);
  }
  frame_size_at_ = position();
  switch (frame_size_) {
    case FrameSize::patched:
      raw(kSubtractFromSp);
      break;
    case FrameSize::fixed:
      add_constant(true, kStackPointer, kStackPointer, -std::int64_t{fixed_bytes_});
      break;
    case FrameSize::patched_large:
      movz(scratch, 0);
      movk(scratch, 0, arm::lsl(16));
      sub(arm::sp, arm::sp, scratch);
      break;
  }
  saved_registers(shape, false);
}

void MacroAssembler::set_frame_size(std::uint32_t bytes) {
  const auto patch_constant = [&](std::uint32_t at) {
    write32(at, read32(at) | (bytes & 0xFFFF) << 5);
    write32(at + 4, read32(at + 4) | bytes >> 16 << 5);
  };
  switch (frame_size_) {
    case FrameSize::patched:
      write32(frame_size_at_, kSubtractFromSp | bytes << 10);
      return;
    case FrameSize::fixed:
      return;
    case FrameSize::patched_large:
      patch_constant(frame_size_at_);
      if (checked_size_at_ != kNothing) patch_constant(checked_size_at_);
      return;
  }
}

/// Stores or loads what the frame keeps of registers, two at a time where they are of one class.
void MacroAssembler::saved_registers(const FrameShape& shape, bool restores) {
  struct Saved {
    Reg reg;
    std::int32_t offset;
  };
  std::array<Saved, 32> saved;
  std::size_t count = 0;
  if (!restores && shape.saves_context) saved[count++] = {Abi::kContext, -8};
  if (!restores && shape.keeps_result_area) saved[count++] = {Abi::kResultArea, -16};
  std::int32_t at = shape.saved_offset;
  for (RegSet left = shape.callee_saved; !left.empty(); left.remove(left.first()), at -= 8) {
    saved[count++] = {left.first(), at};
  }
  const arm::Gp base = gp64(kFramePointer);
  for (std::size_t i = 0; i < count; ++i) {
    const Saved high = saved[i];
    const bool pair = i + 1 < count && saved[i + 1].reg.is_float() == high.reg.is_float();
    if (!pair) {
      load_or_store(restores, high.reg, arm::ptr(base, high.offset),
                    high.reg.is_float() ? ValKind::f64 : ValKind::i64);
      continue;
    }
    const Saved low = saved[++i];
    const Mem place = arm::ptr(base, low.offset);
    if (high.reg.is_float()) {
      restores ? ldp(fp(low.reg, true), fp(high.reg, true), place)
               : stp(fp(low.reg, true), fp(high.reg, true), place);
    } else {
      restores ? ldp(gp64(low.reg), gp64(high.reg), place) : stp(gp64(low.reg), gp64(high.reg), place);
    }
  }
}

void MacroAssembler::epilogue(const FrameShape& shape) {
  if (!shape.linked) return return_without_frame();
  saved_registers(shape, true);
  mov(arm::sp, gp64(kFramePointer));
  ldp(gp64(kFramePointer), gp64(kLinkRegister), arm::ptr_post(arm::sp, 16));
  if (shape.stack_argument_bytes != 0) {
    add_constant(true, kStackPointer, kStackPointer, shape.stack_argument_bytes);
  }
  ret(gp64(kLinkRegister));
}

void MacroAssembler::return_without_frame() { ret(gp64(kLinkRegister)); }

void MacroAssembler::grow_stack(std::uint32_t bytes) {
  add_constant(true, kStackPointer, kStackPointer, -std::int64_t{bytes});
  outgoing_bytes_ += bytes;
}

void MacroAssembler::after_call() {
  outgoing_bytes_ = 0;  // the callee has popped them
  flags_ = {};
  drop_known();
  may_trap(TrapCode::none);
}

void MacroAssembler::call_function(std::uint32_t function) {
  emission_.calls.push_back({position(), function});
  if (options_.far_calls) {
    raw(kAddressOfPage | Abi::kIntTemp.number());
    add(gp64(Abi::kIntTemp), gp64(Abi::kIntTemp), 0);
    blr(gp64(Abi::kIntTemp));
  } else {
    raw(kBranchWithLink);
  }
  after_call();
}

void MacroAssembler::call_within_function(std::uint32_t offset) {
  const std::int32_t words = -static_cast<std::int32_t>((position() - function_begin() - offset) / 4);
  // The limit of a function's size keeps its code within this.
  if (words < -(1 << 25)) throw OutOfReach();
  raw(kBranchWithLink | (static_cast<std::uint32_t>(words) & 0x3FFFFFF));
  after_call();
}

void MacroAssembler::patch_call(std::uint8_t* code, std::uint32_t at, std::uint32_t target) {
  const auto add_bits = [code](std::uint32_t place, std::uint32_t bits) {
    std::uint32_t word = 0;
    std::memcpy(&word, code + place, sizeof word);
    word |= bits;
    std::memcpy(code + place, &word, sizeof word);
    return word;
  };
  if (add_bits(at, 0) == kBranchWithLink) {
    const std::int64_t words = (std::int64_t{target} - at) / 4;
    constexpr std::int64_t kReach = 1 << 25;
    if (words < -kReach || words >= kReach) throw OutOfReach();
    add_bits(at, static_cast<std::uint32_t>(words) & 0x3FFFFFF);
    return;
  }
  // Code that begins at a page: distances between places within it are those between pages.
  const std::uint32_t pages = (target >> 12) - (at >> 12);
  add_bits(at, (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5);
  add_bits(at + 4, (target & 0xFFF) << 10);
}

void MacroAssembler::call_func_ref_in_context(std::int32_t offset, Reg temp) {
  const arm::Gp context = gp64(Abi::kContext);
  static_assert(offsetof(FuncRef, entry) == 0 && offsetof(FuncRef, context) == 8);
  constexpr std::int32_t kReachOfPairs = 504;
  if (offset <= kReachOfPairs) {
    ldp(gp64(temp), context, arm::ptr(context, offset));
  } else {
    add_constant(true, Abi::kScratch, Abi::kContext, offset);
    ldp(gp64(temp), context, arm::ptr(scratch));
  }
  ldr(gp64(Abi::kMemoryBase), arm::ptr(context, offsetof(VmContext, memory0_base)));
  blr(gp64(temp));
  after_call();
}

/// Leaves the entry in `scratch` and the context in `ref`.
void MacroAssembler::compare_instance(Reg ref) {
  ldp(scratch, gp64(ref), arm::ptr(gp64(ref), offsetof(FuncRef, entry)));
  cmp(gp64(ref), gp64(Abi::kContext));
  set_flags();
}

void MacroAssembler::call_same_instance(Reg) {
  blr(scratch);
  after_call();
}

void MacroAssembler::call_other_instance(Reg ref) {
  mov(gp64(Abi::kContext), gp64(ref));
  ldr(gp64(Abi::kMemoryBase), arm::ptr(gp64(Abi::kContext), offsetof(VmContext, memory0_base)));
  call_same_instance(ref);
}

void MacroAssembler::call_builtin(Builtin builtin) {
  load(Abi::kScratch, Abi::kContext,
       static_cast<std::int32_t>(offsetof(VmContext, builtins) + 8 * static_cast<std::size_t>(builtin)),
       ValKind::i64);
  blr(scratch);
  after_call();
}

void MacroAssembler::jump_to_interpreter(const void* function, const void* stub) {
  load_constant(Abi::kInterpreted, reinterpret_cast<std::uint64_t>(function), true);
  load_constant(Abi::kScratch, reinterpret_cast<std::uint64_t>(stub), true);
  br(scratch);
}

void MacroAssembler::restore_context(bool memory_base) {
  load_frame(Abi::kContext, -8, ValKind::i64);
  if (memory_base) load(Abi::kMemoryBase, Abi::kContext, offsetof(VmContext, memory0_base), ValKind::i64);
}

void MacroAssembler::compare_table_length(Reg index, Reg record, std::int32_t offset) {
  load(Abi::kScratch, record, offset + static_cast<std::int32_t>(offsetof(TableRecord, length)),
       ValKind::i64);
  cmp(gp64(index), scratch);
  set_flags();
}

void MacroAssembler::compare_type_id(Reg func_ref, std::uint32_t type_id) {
  const arm::Gp id = arm::w(Abi::kScratch.number());
  ldr(id, arm::ptr(gp64(func_ref), offsetof(FuncRef, type_id)));
  // There is no register for a constant: what 12 bits cannot hold is subtracted first.
  if (type_id >= 1U << 24) throw ModuleError(ModuleErrorKind::unsupported, 0, "more than 2^24 types");
  if (type_id > 0xFFF) sub(id, id, type_id >> 12, arm::lsl(12));
  cmp(id, type_id & 0xFFF);
  set_flags();
}

}  // namespace wasmjet::jit::a64
