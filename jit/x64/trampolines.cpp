#include "jit/x64/trampolines.hpp"

#include <asmjit/x86.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "jit/arguments.hpp"
#include "jit/x64/abi.hpp"
#include "jit/x64/small_bulk.hpp"
#include "runtime/host_function.hpp"
#include "runtime/interpreter/interpreter.hpp"

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {

x86::Gp gp64(Reg reg) { return x86::gpq(reg.number()); }
x86::Xmm fp(Reg reg) { return x86::xmm(reg.number()); }
constexpr int kValueSize = sizeof(Value);

class Builder {
 public:
  Builder() {
    holder_.init(asmjit::Environment(asmjit::Arch::kX64));
    holder_.attach(&a);
  }
  Trampoline take() {
    holder_.flatten();
    const asmjit::CodeBuffer& buffer = holder_.textSection()->buffer();
    return {{buffer.data(), buffer.data() + buffer.size()}, std::move(rows_), frame_begin_};
  }
  /// The frame is linked here, not at the beginning.
  void begin_frame() { frame_begin_ = static_cast<std::uint32_t>(a.offset()); }
  void may_trap(TrapCode trap) {
    rows_.push_back(CodeRow::make(static_cast<std::uint32_t>(a.offset()), 0, trap));
  }

  /// An i32 loaded so is zero-extended, as compiled code expects.
  void load(Reg to, const x86::Mem& from, ValKind kind) {
    x86::Mem place = from;
    place.setSize(is_32_bit(kind) ? 4 : 8);
    if (to.is_float()) {
      is_32_bit(kind) ? a.movss(fp(to), place) : a.movsd(fp(to), place);
    } else {
      a.mov(is_32_bit(kind) ? x86::gpd(to.number()) : gp64(to), place);
    }
  }
  void store(const x86::Mem& to, Reg from) {
    x86::Mem place = to;
    place.setSize(8);
    from.is_float() ? static_cast<void>(a.movsd(place, fp(from)))
                    : static_cast<void>(a.mov(place, gp64(from)));
  }
  void copy(const x86::Mem& to, const x86::Mem& from, Reg temp, ValKind kind) {
    load(temp, from, kind);
    store(to, temp);
  }

 private:
  asmjit::CodeHolder holder_;
  std::vector<CodeRow> rows_;
  std::uint32_t frame_begin_ = 0;

 public:
  x86::Assembler a;
};

Reg result_register(ValKind kind) { return lives_in_float(kind) ? Abi::kFloatResult : Abi::kIntResult; }

/// Backtraces go on from the present frame.
void record_transition(x86::Assembler& a, const x86::Gp& context) {
  a.mov(x86::rax, x86::qword_ptr(context, offsetof(VmContext, store)));
  a.mov(x86::qword_ptr(x86::rax, offsetof(StoreState, host_fp)), x86::rbp);
}

/// A frame with the arguments in an array of Value at rsp; overwrites rax alone.
void enter_stub(Builder& b, const FuncType& type) {
  x86::Assembler& a = b.a;
  a.push(x86::rbp);
  a.mov(x86::rbp, x86::rsp);
  const auto values = static_cast<int>(std::max(type.params.size(), type.results.size()));
  a.sub(x86::rsp, values * kValueSize + 16);
  if (type.results.size() > 1) a.mov(x86::qword_ptr(x86::rbp, -8), gp64(Abi::kResultArea));
  ArgumentCursor<Abi> cursor;
  int offset = 0;
  for (const ValType param : type.params) {
    const ArgumentPlace place = cursor.next(param.kind());
    const x86::Mem to = x86::qword_ptr(x86::rsp, offset);
    if (place.reg.valid()) {
      b.store(to, place.reg);
    } else {
      b.copy(to, x86::qword_ptr(x86::rbp, 16 + static_cast<int>(place.stack_offset)), rax, param.kind());
    }
    offset += kValueSize;
  }
}

/// Returns from such a frame with the results in the array.
void leave_stub(Builder& b, const FuncType& type) {
  x86::Assembler& a = b.a;
  for (auto i = static_cast<int>(type.results.size()) - 1; i >= 0; --i) {
    const ValKind kind = type.results[static_cast<std::size_t>(i)].kind();
    const x86::Mem from = x86::qword_ptr(x86::rsp, i * kValueSize);
    if (i == 0) {
      b.load(result_register(kind), from, kind);
    } else {
      a.mov(x86::rcx, x86::qword_ptr(x86::rbp, -8));
      b.copy(x86::qword_ptr(x86::rcx, -8 * i), from, rax, kind);
    }
  }
  a.leave();
  const std::uint32_t stack_bytes = stack_argument_bytes<Abi>(type);
  stack_bytes != 0 ? a.ret(stack_bytes) : a.ret();
}

}  // namespace

Trampoline make_entry(const FuncType& type) {
  Builder b;
  x86::Assembler& a = b.a;
  const asmjit::Label exit = a.newLabel(), leave = a.newLabel();
  const auto record = [](std::size_t offset) { return x86::qword_ptr(x86::rdi, static_cast<int>(offset)); };
  // rdi: record, rsi: entry, rdx: context, rcx: values
  a.push(x86::rbp);
  a.mov(x86::rbp, x86::rsp);
  a.push(x86::rdx);  // [fp - 8], as in every Wasm frame
  for (const x86::Gp& saved : {x86::rbx, x86::r12, x86::r13, x86::r14, x86::r15}) a.push(saved);
  constexpr int kValuesSlot = -56, kExitDepth = 64;
  a.push(x86::rcx);
  a.sub(x86::rsp, 8);
  a.lea(x86::rax, x86::ptr(exit));
  a.mov(record(offsetof(EntryRecord, exit_pc)), x86::rax);
  a.mov(record(offsetof(EntryRecord, entry_fp)), x86::rbp);
  a.mov(record(offsetof(EntryRecord, exit_sp)), x86::rsp);  // publishes the record
  a.mov(gp64(Abi::kContext), x86::rdx);
  a.mov(gp64(Abi::kMemoryBase), x86::qword_ptr(x86::rdx, offsetof(VmContext, memory0_base)));
  a.mov(x86::r11, x86::rsi);
  a.mov(x86::r10, x86::rcx);

  const auto results = static_cast<int>(type.results.size());
  constexpr int kArea = -kExitDepth - 8;  // result i stands at [fp + kArea - 8 i]
  if (results > 1) a.sub(x86::rsp, (results * 8 + 8 + 15) & ~15);
  const auto stack_bytes = static_cast<int>(stack_argument_bytes<Abi>(type));
  if (stack_bytes != 0) a.sub(x86::rsp, stack_bytes);
  ArgumentCursor<Abi> cursor;
  int offset = 0;
  for (const ValType param : type.params) {
    const ArgumentPlace place = cursor.next(param.kind());
    const x86::Mem from = x86::qword_ptr(x86::r10, offset);
    if (place.reg.valid()) {
      b.load(place.reg, from, param.kind());
    } else {
      b.copy(x86::qword_ptr(x86::rsp, static_cast<int>(place.stack_offset)), from, rax, param.kind());
    }
    offset += kValueSize;
  }
  if (results > 1) a.lea(gp64(Abi::kResultArea), x86::ptr(x86::rbp, kArea));
  a.call(x86::r11);

  a.mov(x86::rcx, x86::qword_ptr(x86::rbp, kValuesSlot));
  for (int i = 0; i < results; ++i) {
    const x86::Mem to = x86::qword_ptr(x86::rcx, i * kValueSize);
    if (i == 0) {
      b.store(to, result_register(type.results[0].kind()));
    } else {
      b.copy(to, x86::qword_ptr(x86::rbp, kArea - 8 * i), rax, ValKind::i64);
    }
  }
  a.mov(x86::eax, 1);
  a.jmp(leave);
  a.bind(exit);  // a trap arrives here with rsp = exit_sp
  a.lea(x86::rbp, x86::ptr(x86::rsp, kExitDepth));
  a.xor_(x86::eax, x86::eax);
  a.bind(leave);
  a.lea(x86::rsp, x86::ptr(x86::rbp, -48));
  for (const x86::Gp& saved : {x86::r15, x86::r14, x86::r13, x86::r12, x86::rbx}) a.pop(saved);
  a.leave();
  a.ret();
  return b.take();
}

Trampoline make_host_stub(const FuncType& type) {
  Builder b;
  x86::Assembler& a = b.a;
  const asmjit::Label trap = a.newLabel();
  enter_stub(b, type);
  a.mov(x86::rsi, x86::qword_ptr(x86::rbp));      // the caller's frame
  a.mov(x86::rsi, x86::qword_ptr(x86::rsi, -8));  // and its context
  record_transition(a, x86::rsi);
  a.mov(x86::rdi, gp64(Abi::kContext));  // the HostFunction
  a.mov(x86::rdx, x86::rsp);
  a.call(x86::qword_ptr(x86::rdi, offsetof(HostFunctionHead, run)));
  a.test(x86::eax, x86::eax);
  a.jnz(trap);
  leave_stub(b, type);
  a.bind(trap);
  b.may_trap(TrapCode::host);
  a.ud2();
  return b.take();
}

Trampoline make_interpreter_stub(const FuncType& type) {
  Builder b;
  x86::Assembler& a = b.a;
  const asmjit::Label trap = a.newLabel();
  const x86::Gp context = gp64(Abi::kContext);
  enter_stub(b, type);
  record_transition(a, context);
  a.mov(x86::rdi, gp64(Abi::kInterpreted));
  a.mov(x86::rsi, context);
  a.mov(x86::rdx, x86::rsp);
  a.mov(x86::rax, reinterpret_cast<std::uint64_t>(&interpreter::wasmjet_call_interpreter));
  a.call(x86::rax);
  a.test(x86::eax, x86::eax);
  a.jnz(trap);
  leave_stub(b, type);
  // No fault as elsewhere: its handler would record the backtrace anew, from here.
  a.bind(trap);
  a.mov(x86::rax, x86::qword_ptr(context, offsetof(VmContext, store)));
  a.mov(x86::rax, x86::qword_ptr(x86::rax, offsetof(StoreState, entry)));
  a.mov(x86::rsp, x86::qword_ptr(x86::rax, offsetof(EntryRecord, exit_sp)));
  a.jmp(x86::qword_ptr(x86::rax, offsetof(EntryRecord, exit_pc)));
  return b.take();
}

namespace {

/// Calls `target` in a frame and returns. The result is where in the code its address stands.
std::size_t call_builtin(Builder& b, const void* target) {
  x86::Assembler& a = b.a;
  b.begin_frame();
  a.push(x86::rbp);
  a.mov(x86::rbp, x86::rsp);
  record_transition(a, gp64(Abi::kContext));
  a.movabs(x86::rax, reinterpret_cast<std::uint64_t>(target));
  const std::size_t address = a.offset() - sizeof target;
  a.call(x86::rax);
  a.pop(x86::rbp);
  a.ret();
  return address;
}

/// Assembled once and copied: there are as many thunks as builtins at each start.
struct PlainThunk {
  Trampoline code;
  std::size_t target_at;

  static PlainThunk assemble() {
    Builder b;
    const std::size_t target_at = call_builtin(b, nullptr);
    return {b.take(), target_at};
  }
  Trampoline with(const void* target) const {
    Trampoline thunk = code;
    std::memcpy(thunk.code.data() + target_at, &target, sizeof target);
    return thunk;
  }
};

}  // namespace

Trampoline make_builtin_thunk(Builtin builtin, void* target) {
  if (builtin != Builtin::memory_copy && builtin != Builtin::memory_fill) {
    static const PlainThunk plain = PlainThunk::assemble();
    return plain.with(target);
  }
  Builder b;
  const asmjit::Label slow = b.a.newLabel();
  builtin == Builtin::memory_copy ? emit_small_copy(b.a, slow) : emit_small_fill(b.a, slow);
  b.a.bind(slow);
  call_builtin(b, target);
  return b.take();
}

}  // namespace wasmjet::jit::x64
