#include "jit/a64/trampolines.hpp"

#include <asmjit/arm/a64assembler.h>
#include <asmjit/core.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include "jit/a64/abi.hpp"
#include "jit/a64/small_bulk.hpp"
#include "jit/arguments.hpp"
#include "runtime/host_function.hpp"
#include "runtime/interpreter/interpreter.hpp"

namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;

namespace {

using arm::ptr;
constexpr int kValueSize = sizeof(Value);
const arm::GpX fp_reg = arm::x29, link_reg = arm::x30, context_reg = arm::x28;

arm::Gp gp64(Reg reg) { return arm::x(reg.number()); }

/// asmjit's errors, which would leave an instruction out, become exceptions.
struct Refuse final : asmjit::ErrorHandler {
  void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override {
    throw std::logic_error(std::string("AArch64 encoder: ") + message);
  }
};

/// x9 to x11 and x16 are temporaries: they hold neither arguments nor what a callee keeps.
class Builder {
 public:
  Builder() {
    holder_.init(asmjit::Environment(asmjit::Arch::kAArch64));
    holder_.setErrorHandler(&refuse_);
    holder_.attach(&a);
  }
  Trampoline take() {
    holder_.flatten();
    holder_.resolveUnresolvedLinks();
    const asmjit::CodeBuffer& buffer = holder_.textSection()->buffer();
    return {{buffer.data(), buffer.data() + buffer.size()}, std::move(rows_), frame_begin_};
  }
  /// The frame is linked here, not at the beginning.
  void begin_frame() { frame_begin_ = static_cast<std::uint32_t>(a.offset()); }
  void may_trap(TrapCode trap) {
    rows_.push_back(CodeRow::make(static_cast<std::uint32_t>(a.offset()), 0, trap));
  }

  /// An i32 loaded so is zero-extended, as compiled code expects.
  void load(Reg to, const arm::Mem& from, ValKind kind) {
    const unsigned n = to.number();
    if (to.is_float()) {
      is_32_bit(kind) ? a.ldr(arm::s(n), from) : a.ldr(arm::d(n), from);
    } else {
      is_32_bit(kind) ? a.ldr(arm::w(n), from) : a.ldr(arm::x(n), from);
    }
  }
  void store(const arm::Mem& to, Reg from) {
    from.is_float() ? a.str(arm::d(from.number()), to) : a.str(arm::x(from.number()), to);
  }
  void copy(const arm::Mem& to, const arm::Mem& from, ValKind kind) {
    load(x(16), from, kind);
    store(to, x(16));
  }
  /// `to` = from + value
  void add(const arm::Gp& to, const arm::Gp& from, int value) {
    const unsigned size = static_cast<unsigned>(value < 0 ? -value : value);
    arm::Gp source = from;
    if (size >> 12 != 0) {
      value < 0 ? a.sub(to, source, size >> 12, arm::lsl(12)) : a.add(to, source, size >> 12, arm::lsl(12));
      source = to;
    }
    value < 0 ? a.sub(to, source, size & 0xFFF) : a.add(to, source, size & 0xFFF);
  }
  void call(const void* target) {
    a.mov(arm::x16, reinterpret_cast<std::uint64_t>(target));
    a.blr(arm::x16);
  }
  void link_frame() {
    a.stp(fp_reg, link_reg, arm::ptr_pre(arm::sp, -16));
    a.mov(fp_reg, arm::sp);
  }
  void unlink_frame() {
    a.mov(arm::sp, fp_reg);
    a.ldp(fp_reg, link_reg, arm::ptr_post(arm::sp, 16));
  }
  /// Backtraces go on from the present frame.
  void record_transition(const arm::Gp& context) {
    a.ldr(arm::x9, ptr(context, offsetof(VmContext, store)));
    a.str(fp_reg, ptr(arm::x9, offsetof(StoreState, host_fp)));
  }

 private:
  asmjit::CodeHolder holder_;
  Refuse refuse_;
  std::vector<CodeRow> rows_;
  std::uint32_t frame_begin_ = 0;

 public:
  arm::Assembler a;
};

Reg result_register(ValKind kind) { return lives_in_float(kind) ? Abi::kFloatResult : Abi::kIntResult; }

/// A frame with the arguments in an array of Value at sp; overwrites x16 alone.
void enter_stub(Builder& b, const FuncType& type) {
  b.link_frame();
  const auto values = static_cast<int>(std::max(type.params.size(), type.results.size()));
  b.add(arm::sp, arm::sp, -(values * kValueSize + 16));
  if (type.results.size() > 1) b.a.str(gp64(Abi::kResultArea), ptr(fp_reg, -8));
  ArgumentCursor<Abi> cursor;
  int offset = 0;
  for (const ValType param : type.params) {
    const ArgumentPlace place = cursor.next(param.kind());
    const arm::Mem to = ptr(arm::sp, offset);
    if (place.reg.valid()) {
      b.store(to, place.reg);
    } else {
      b.copy(to, ptr(fp_reg, 16 + static_cast<int>(place.stack_offset)), param.kind());
    }
    offset += kValueSize;
  }
}

/// Returns from such a frame with the results in the array.
void leave_stub(Builder& b, const FuncType& type) {
  const std::size_t results = type.results.size();
  if (results > 1) b.a.ldr(arm::x9, ptr(fp_reg, -8));
  for (std::size_t i = 1; i < results; ++i) {  // result i goes to [area - 8 i]
    b.load(x(16), ptr(arm::sp, static_cast<int>(i) * kValueSize), type.results[i].kind());
    b.a.str(arm::x16, arm::ptr_pre(arm::x9, -8));
  }
  if (results != 0) {
    const ValKind kind = type.results[0].kind();
    b.load(result_register(kind), ptr(arm::sp), kind);
  }
  b.unlink_frame();
  const auto stack_bytes = static_cast<int>(stack_argument_bytes<Abi>(type));
  if (stack_bytes != 0) b.add(arm::sp, arm::sp, stack_bytes);
  b.a.ret(link_reg);
}

// The frame of an entry, from its frame pointer: context, values, what a callee keeps.
constexpr int kContextSlot = -8, kValuesSlot = -16, kSavedIntegers = -32, kSavedFloats = -112,
              kEntryFrame = 160;

void save_or_restore(Builder& b, bool saves) {
  for (unsigned i = 0; i < 5; ++i) {
    const auto place = ptr(fp_reg, kSavedIntegers - static_cast<int>(i) * 16);
    const arm::Gp first = arm::x(19 + 2 * i), second = arm::x(20 + 2 * i);
    saves ? b.a.stp(first, second, place) : b.a.ldp(first, second, place);
  }
  for (unsigned i = 0; i < 4; ++i) {
    const auto place = ptr(fp_reg, kSavedFloats - static_cast<int>(i) * 16);
    const arm::Vec first = arm::d(8 + 2 * i), second = arm::d(9 + 2 * i);
    saves ? b.a.stp(first, second, place) : b.a.ldp(first, second, place);
  }
}

/// Arguments from the array at x17 to where the callee expects them.
void load_arguments(Builder& b, const FuncType& type) {
  ArgumentCursor<Abi> cursor;
  int offset = 0;
  for (const ValType param : type.params) {
    const ArgumentPlace place = cursor.next(param.kind());
    const arm::Mem from = ptr(arm::x17, offset);
    if (place.reg.valid()) {
      b.load(place.reg, from, param.kind());
    } else {
      b.copy(ptr(arm::sp, static_cast<int>(place.stack_offset)), from, param.kind());
    }
    offset += kValueSize;
  }
}

}  // namespace

Trampoline make_entry(const FuncType& type) {
  Builder b;
  arm::Assembler& a = b.a;
  const asmjit::Label exit = a.newLabel(), leave = a.newLabel();
  // x0: record, x1: entry, x2: context, x3: values
  b.link_frame();
  b.add(arm::sp, arm::sp, -kEntryFrame);
  a.str(arm::x2, ptr(fp_reg, kContextSlot));
  a.str(arm::x3, ptr(fp_reg, kValuesSlot));
  save_or_restore(b, true);
  a.adr(arm::x9, exit);
  a.str(arm::x9, ptr(arm::x0, offsetof(EntryRecord, exit_pc)));
  a.str(fp_reg, ptr(arm::x0, offsetof(EntryRecord, entry_fp)));
  a.mov(arm::x9, arm::sp);
  a.str(arm::x9, ptr(arm::x0, offsetof(EntryRecord, exit_sp)));  // publishes the record
  a.mov(context_reg, arm::x2);
  a.ldr(gp64(Abi::kMemoryBase), ptr(arm::x2, offsetof(VmContext, memory0_base)));
  a.mov(arm::x11, arm::x1);
  a.mov(arm::x17, arm::x3);

  const auto results = static_cast<int>(type.results.size());
  constexpr int kArea = -kEntryFrame - 8;  // result i stands at [fp + kArea - 8 i]
  if (results > 1) b.add(arm::sp, arm::sp, -((results * 8 + 8 + 15) & ~15));
  const auto stack_bytes = static_cast<int>(stack_argument_bytes<Abi>(type));
  if (stack_bytes != 0) b.add(arm::sp, arm::sp, -stack_bytes);
  load_arguments(b, type);
  if (results > 1) b.add(gp64(Abi::kResultArea), fp_reg, kArea);
  a.blr(arm::x11);

  a.ldr(arm::x9, ptr(fp_reg, kValuesSlot));
  if (results > 0) b.store(ptr(arm::x9), result_register(type.results[0].kind()));
  if (results > 1) b.add(arm::x10, fp_reg, kArea);
  for (int i = 1; i < results; ++i) {
    a.ldr(arm::x16, arm::ptr_pre(arm::x10, -8));
    a.str(arm::x16, ptr(arm::x9, i * kValueSize));
  }
  a.mov(arm::w0, 1);
  a.b(leave);
  a.bind(exit);  // a trap arrives here with sp = exit_sp
  b.add(fp_reg, arm::sp, kEntryFrame);
  a.mov(arm::w0, 0);
  a.bind(leave);
  save_or_restore(b, false);
  b.unlink_frame();
  a.ret(link_reg);
  return b.take();
}

Trampoline make_host_stub(const FuncType& type) {
  Builder b;
  arm::Assembler& a = b.a;
  const asmjit::Label trap = a.newLabel();
  enter_stub(b, type);
  a.ldr(arm::x1, ptr(fp_reg));       // the caller's frame
  a.ldr(arm::x1, ptr(arm::x1, -8));  // and its context
  b.record_transition(arm::x1);
  a.mov(arm::x0, context_reg);  // the HostFunction
  a.mov(arm::x2, arm::sp);
  a.ldr(arm::x16, ptr(arm::x0, offsetof(HostFunctionHead, run)));
  a.blr(arm::x16);
  a.cbnz(arm::w0, trap);
  leave_stub(b, type);
  a.bind(trap);
  b.may_trap(TrapCode::host);
  a.udf(static_cast<std::uint32_t>(TrapCode::host));
  return b.take();
}

Trampoline make_interpreter_stub(const FuncType& type) {
  Builder b;
  arm::Assembler& a = b.a;
  const asmjit::Label trap = a.newLabel();
  enter_stub(b, type);
  b.record_transition(context_reg);
  a.mov(arm::x0, gp64(Abi::kInterpreted));
  a.mov(arm::x1, context_reg);
  a.mov(arm::x2, arm::sp);
  b.call(reinterpret_cast<const void*>(&interpreter::wasmjet_call_interpreter));
  a.cbnz(arm::w0, trap);
  leave_stub(b, type);
  // No fault as elsewhere: its handler would record the backtrace anew, from here.
  a.bind(trap);
  a.ldr(arm::x9, ptr(context_reg, offsetof(VmContext, store)));
  a.ldr(arm::x9, ptr(arm::x9, offsetof(StoreState, entry)));
  a.ldr(arm::x10, ptr(arm::x9, offsetof(EntryRecord, exit_sp)));
  a.mov(arm::sp, arm::x10);
  a.ldr(arm::x10, ptr(arm::x9, offsetof(EntryRecord, exit_pc)));
  a.br(arm::x10);
  return b.take();
}

Trampoline make_builtin_thunk(Builtin builtin, void* target) {
  Builder b;
  const asmjit::Label slow = b.a.newLabel();
  if (builtin == Builtin::memory_copy) emit_small_copy(b.a, slow);
  if (builtin == Builtin::memory_fill) emit_small_fill(b.a, slow);
  b.a.bind(slow);
  b.begin_frame();
  b.link_frame();
  b.record_transition(context_reg);
  b.call(target);
  b.unlink_frame();
  b.a.ret(link_reg);
  return b.take();
}

}  // namespace wasmjet::jit::a64
