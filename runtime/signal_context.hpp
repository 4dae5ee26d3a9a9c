#pragma once

#include <ucontext.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

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
  /// Where generated code at pc() will return to, if its frame is not linked: it is about to link it or has
  /// unlinked it. Null if it is linked.
  const std::uint8_t* unlinked_return() const {
    constexpr std::uint8_t kPush = 0x55, kReturn = 0xC3, kReturnAndPop = 0xC2;
    const std::uint8_t* const at = pc();
    if (*at == kReturn || *at == kReturnAndPop || (*at == kPush && moves_sp_to_fp(at + 1))) return word(0);
    return moves_sp_to_fp(at) ? word(1) : nullptr;
  }
  /// Where generated code will return to that has touched neither stack nor registers yet.
  const std::uint8_t* return_at_entry() const { return word(0); }
  /// Whether the code, which is the host's, has come out of a system call just now (or is to go back to one
  /// that the signal interrupted).
  bool at_system_call() const { return is_system_call(pc()) || is_behind_system_call(); }
  /// Whether the signal ended a wait within a system call.
  bool has_ended_wait() const {
    return is_system_call(pc()) || (is_behind_system_call() && reg(REG_RAX) == -EINTR);
  }

 private:
  static bool moves_sp_to_fp(const std::uint8_t* at) {
    return at[0] == 0x48 && ((at[1] == 0x89 && at[2] == 0xE5) || (at[1] == 0x8B && at[2] == 0xEC));
  }
  static bool is_system_call(const std::uint8_t* at) { return at[0] == 0x0F && at[1] == 0x05; }
  bool is_behind_system_call() const { return offset_in_page() >= 2 && is_system_call(pc() - 2); }
  /// Word of the stack. It is no C++ object.
  __attribute__((no_sanitize("address"))) const std::uint8_t* word(int index) const {
    return *(reinterpret_cast<const std::uint8_t* const*>(sp()) + index);
  }
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
  const std::uint8_t* return_at_entry() const { return pointer(machine_.regs[30]); }
  const std::uint8_t* unlinked_return() const {
    constexpr std::uint32_t kStoreFrame = 0xA9BF7BFD, kMoveSpToFp = 0x910003FD, kReturn = 0xD65F03C0;
    // Stack arguments are popped (in up to two steps) behind the frame.
    const std::uint8_t* at = pc();
    while ((instruction(at) & 0xFF8003FF) == 0x910003FF) at += 4;
    const bool unlinked =
        instruction(at) == kReturn || instruction(pc()) == kStoreFrame || instruction(pc()) == kMoveSpToFp;
    return unlinked ? pointer(machine_.regs[30]) : nullptr;
  }
  bool at_system_call() const { return is_system_call(pc()) || is_behind_system_call(); }
  bool has_ended_wait() const {
    return is_system_call(pc()) ||
           (is_behind_system_call() && static_cast<std::int64_t>(machine_.regs[0]) == -EINTR);
  }

 private:
  static std::uint32_t instruction(const std::uint8_t* at) {
    std::uint32_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  static bool is_system_call(const std::uint8_t* at) { return instruction(at) == 0xD4000001; }
  bool is_behind_system_call() const { return offset_in_page() >= 4 && is_system_call(pc() - 4); }
#else
#error "no register access for this architecture"
#endif
  /// What stands before the PC can be read if it is not zero.
  std::uintptr_t offset_in_page() const { return reinterpret_cast<std::uintptr_t>(pc()) & 4095; }
  template <class T>
  static const std::uint8_t* pointer(T value) {
    return reinterpret_cast<const std::uint8_t*>(static_cast<std::uintptr_t>(value));
  }

  mcontext_t& machine_;
};

}  // namespace wasmjet
