#include <cstddef>
#include <cstring>

#include "jit/x64/macro_assembler.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

void MacroAssembler::prologue(const FrameShape& shape) {
  frame_size_at_ = checked_size_at_ = 0;
  if (!shape.linked) return;
  push(x86::rbp);
  mov(x86::rbp, x86::rsp);
  if (shape.saves_context) push(gp64(Abi::kContext));
  pushed_below_fp_ = pushed_before_check_ = shape.saves_context ? 8 : 0;
  if (shape.checks_stack) {
    const x86::Mem limit = x86::qword_ptr(gp64(Abi::kContext), offsetof(VmContext, stack_limit));
    if (shape.large) {
      // r11 holds no argument. The frame's size is patched in; an address cannot wrap by it, since
      // a frame is smaller than any stack's address.
      lea(x86::r11, x86::ptr(x86::rsp, 0x10000, 8));
      checked_size_at_ = position() - 4;
      cmp(x86::r11, limit);
    } else {
      cmp(x86::rsp, limit);
    }
    const Label overflow = trap_label(TrapCode::stack_overflow);
    jump_if(Cond::lt_u, shape.is_short ? overflow.near() : overflow);
  }
  // In the order of their places from the frame pointer downwards.
  const auto push_below_fp = [&](Reg reg) {
    push(gp64(reg));
    pushed_below_fp_ += 8;
  };
  if (shape.keeps_result_area) push_below_fp(Abi::kResultArea);
  for (RegSet left = shape.callee_saved; !left.empty();) {
    const Reg reg = left.first();
    left.remove(reg);
    push_below_fp(reg);
  }
  // 128 fits a byte only as a number below 0, hence the addition.
  has_short_frame_size_ = shape.most_bytes <= 128;
  if (has_short_frame_size_) {
    add(x86::rsp, -8);
    frame_size_at_ = position() - 1;
  } else {
    add(x86::rsp, -0x10000);
    frame_size_at_ = position() - 4;
  }
}

void MacroAssembler::set_frame_size(std::uint32_t bytes) {
  const std::int32_t below = -static_cast<std::int32_t>(bytes - pushed_below_fp_);
  if (has_short_frame_size_) {
    _bufferData[frame_size_at_] = static_cast<std::uint8_t>(below);
  } else {
    write32(frame_size_at_, below);
  }
  if (checked_size_at_ != 0) {
    write32(checked_size_at_, -static_cast<std::int32_t>(bytes - pushed_before_check_));
  }
}

void MacroAssembler::epilogue(const FrameShape& shape) {
  if (!shape.linked) return ret();
  std::int32_t at = shape.saved_offset;
  for (RegSet left = shape.callee_saved; !left.empty(); at -= 8) {
    const Reg reg = left.first();
    left.remove(reg);
    mov(gp64(reg), frame(at, 8));
  }
  leave();
  if (shape.stack_argument_bytes != 0) {
    ret(shape.stack_argument_bytes);
  } else {
    ret();
  }
}

void MacroAssembler::return_without_frame() { ret(); }

void MacroAssembler::grow_stack(std::uint32_t bytes) { sub(x86::rsp, bytes); }

void MacroAssembler::call_function(std::uint32_t function) {
  raw8(0xE8);
  emission_.calls.push_back({position(), function});
  raw32(0);
  may_trap(TrapCode::none);
}

void MacroAssembler::call_within_function(std::uint32_t offset) {
  raw8(0xE8);
  raw32(function_begin() + offset - (position() + 4));
  may_trap(TrapCode::none);
}

void MacroAssembler::patch_call(std::uint8_t* code, std::uint32_t at, std::uint32_t target) {
  const std::int32_t distance = static_cast<std::int32_t>(target) - static_cast<std::int32_t>(at + 4);
  std::memcpy(code + at, &distance, sizeof distance);
}

void MacroAssembler::call_func_ref_in_context(std::int32_t offset, Reg temp) {
  const x86::Gp context = gp64(Abi::kContext);
  mov(gp64(temp), x86::qword_ptr(context, offset + static_cast<std::int32_t>(offsetof(FuncRef, entry))));
  mov(context, x86::qword_ptr(context, offset + static_cast<std::int32_t>(offsetof(FuncRef, context))));
  mov(gp64(Abi::kMemoryBase), x86::qword_ptr(context, offsetof(VmContext, memory0_base)));
  call(gp64(temp));
  may_trap(TrapCode::none);
}

void MacroAssembler::compare_instance(Reg ref) {
  cmp(gp64(Abi::kContext), x86::qword_ptr(gp64(ref), offsetof(FuncRef, context)));
}

void MacroAssembler::call_same_instance(Reg ref) {
  call(x86::qword_ptr(gp64(ref), offsetof(FuncRef, entry)));
  may_trap(TrapCode::none);
}

void MacroAssembler::call_other_instance(Reg ref) {
  mov(gp64(Abi::kContext), x86::qword_ptr(gp64(ref), offsetof(FuncRef, context)));
  mov(gp64(Abi::kMemoryBase), x86::qword_ptr(gp64(Abi::kContext), offsetof(VmContext, memory0_base)));
  call_same_instance(ref);
}

void MacroAssembler::call_builtin(Builtin builtin) {
  call(x86::qword_ptr(gp64(Abi::kContext), static_cast<std::int32_t>(offsetof(VmContext, builtins) +
                                                                     8 * static_cast<std::size_t>(builtin))));
  may_trap(TrapCode::none);
}

void MacroAssembler::jump_to_interpreter(const void* function, const void* stub) {
  // Both registers hold neither arguments nor anything that a callee keeps.
  mov(gp64(Abi::kInterpreted), reinterpret_cast<std::uint64_t>(function));
  mov(x86::r10, reinterpret_cast<std::uint64_t>(stub));
  jmp(x86::r10);
}

void MacroAssembler::restore_context(bool memory_base) {
  mov(gp64(Abi::kContext), frame(-8, 8));
  if (memory_base) {
    mov(gp64(Abi::kMemoryBase), x86::qword_ptr(gp64(Abi::kContext), offsetof(VmContext, memory0_base)));
  }
}

void MacroAssembler::compare_table_length(Reg index, Reg record, std::int32_t offset) {
  cmp(gp64(index),
      x86::qword_ptr(gp64(record), offset + static_cast<std::int32_t>(offsetof(TableRecord, length))));
}

void MacroAssembler::compare_type_id(Reg func_ref, std::uint32_t type_id) {
  cmp(x86::dword_ptr(gp64(func_ref), offsetof(FuncRef, type_id)), type_id);
}

}  // namespace wasmjet::jit::x64
