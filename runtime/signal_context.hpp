#pragma once

#include <ucontext.h>

#include <cstdint>

namespace wasmjet {

/// The registers of the code that a signal interrupted. All that depends on the architecture.
class SignalContext {
 public:
  explicit SignalContext(void* ucontext) : machine_(static_cast<ucontext_t*>(ucontext)->uc_mcontext) {}

#if defined(__x86_64__)
  const std::uint8_t* pc() const { return pointer(reg(REG_RIP)); }
  const std::uint8_t* sp() const { return pointer(reg(REG_RSP)); }
  const std::uint8_t* fp() const { return pointer(reg(REG_RBP)); }
  /// Register by its number in machine code.
  std::uint64_t general(unsigned number) const {
    constexpr int kByNumber[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                   REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    return static_cast<std::uint64_t>(reg(kByNumber[number & 15]));
  }
  /// Lets the interrupted code go on at `new_pc` with stack pointer `new_sp`.
  void resume_at(const void* new_pc, const void* new_sp) {
    machine_.gregs[REG_RIP] = reinterpret_cast<greg_t>(new_pc);
    machine_.gregs[REG_RSP] = reinterpret_cast<greg_t>(new_sp);
    machine_.gregs[REG_EFL] &= ~greg_t{0x400};  // the ABI wants the direction flag clear
  }

 private:
  greg_t reg(int index) const { return machine_.gregs[index]; }
#elif defined(__aarch64__)
  const std::uint8_t* pc() const { return pointer(machine_.pc); }
  const std::uint8_t* sp() const { return pointer(machine_.sp); }
  const std::uint8_t* fp() const { return pointer(machine_.regs[29]); }
  std::uint64_t general(unsigned number) const { return number < 31 ? machine_.regs[number] : 0; }
  void resume_at(const void* new_pc, const void* new_sp) {
    machine_.pc = reinterpret_cast<std::uint64_t>(new_pc);
    machine_.sp = reinterpret_cast<std::uint64_t>(new_sp);
    machine_.pstate &= ~std::uint64_t{0xC00};  // BTYPE: that the last instruction was an indirect jump
  }

 private:
#else
#error "no register access for this architecture"
#endif
  template <class T>
  static const std::uint8_t* pointer(T value) {
    return reinterpret_cast<const std::uint8_t*>(static_cast<std::uintptr_t>(value));
  }

  mcontext_t& machine_;
};

}  // namespace wasmjet
