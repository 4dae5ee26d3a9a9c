#pragma once

#include <asmjit/x86.h>

#include <cstdint>
#include <cstring>

namespace wasmjet::jit::x64 {

/// asmjit's Assembler, with the forms of instructions that nearly all compiled code consists of encoded here
/// instead of in its general encoder, which takes some 150 instructions for each. The functions have the
/// names of asmjit's and hide them; they write the same bytes to the same buffer (quick_assembler_test.cpp
/// compares). Operands of a form that is not encoded here go on to asmjit.
///
/// Nothing here checks that the buffer has room: MacroAssembler::ensure_space() has.
class QuickAssembler : public asmjit::x86::Assembler {
 public:
  using Gp = asmjit::x86::Gp;
  using Mem = asmjit::x86::Mem;
  using Xmm = asmjit::x86::Xmm;

  void mov(const Gp& to, const Gp& from) {
    const unsigned size = to.size();
    if (size < 4) return other(asmjit::x86::Inst::kIdMov, to, from);
    registers(size == 8, 0x89, from.id(), to.id());
  }
  void mov(const Gp& to, const Mem& from) {
    if (!is_plain(from) || to.size() < 4) return other(asmjit::x86::Inst::kIdMov, to, from);
    memory(0, to.size() == 8, 0x8B, to.id(), from);
  }
  void mov(const Mem& to, const Gp& from) {
    if (!is_plain(to)) return other(asmjit::x86::Inst::kIdMov, to, from);
    const unsigned size = from.size();
    memory(size == 2 ? 0x66 : 0, size == 8, size == 1 ? 0x88 : 0x89, from.id(), to,
           size == 1 && from.id() >= 4);
  }
  void mov(const Mem& to, std::int64_t value) {
    const unsigned size = to.size();
    if (!is_plain(to) || size < 4) return other(asmjit::x86::Inst::kIdMov, to, value);
    memory(0, size == 8, 0xC7, 0, to);
    int32(value);
  }
  void mov(const Gp& to, std::int64_t value) {
    const bool is_u32 = value >= 0 && value <= 0xFFFFFFFF;
    if (to.size() != 4 || !is_u32) return other(asmjit::x86::Inst::kIdMov, to, value);
    if (to.id() >= 8) byte(0x41);
    byte(0xB8 | (to.id() & 7));
    int32(value);
  }
  void movzx(const Gp& to, const Gp& from) { extend(0xB6, to, from); }
  void movzx(const Gp& to, const Mem& from) { extend(asmjit::x86::Inst::kIdMovzx, 0xB6, to, from); }
  void movsx(const Gp& to, const Gp& from) { extend(0xBE, to, from); }
  void movsx(const Gp& to, const Mem& from) { extend(asmjit::x86::Inst::kIdMovsx, 0xBE, to, from); }
  void movsxd(const Gp& to, const Gp& from) { registers(true, 0x63, to.id(), from.id()); }
  void movsxd(const Gp& to, const Mem& from) {
    if (!is_plain(from)) return other(asmjit::x86::Inst::kIdMovsxd, to, from);
    memory(0, true, 0x63, to.id(), from);
  }
  void lea(const Gp& to, const Mem& from) {
    if (!is_plain(from)) return other(asmjit::x86::Inst::kIdLea, to, from);
    memory(0, to.size() == 8, 0x8D, to.id(), from);
  }

  void add(const Gp& to, const Gp& from) { arithmetic(kAdd, to, from); }
  void add(const Gp& to, std::int64_t value) { arithmetic(kAdd, to, value); }
  void sub(const Gp& to, const Gp& from) { arithmetic(kSub, to, from); }
  void sub(const Gp& to, std::int64_t value) { arithmetic(kSub, to, value); }
  void xor_(const Gp& to, const Gp& from) { arithmetic(kXor, to, from); }
  void cmp(const Gp& left, const Gp& right) { arithmetic(kCmp, left, right); }
  void cmp(const Gp& left, std::int64_t right) { arithmetic(kCmp, left, right); }
  void cmp(const Gp& left, const Mem& right) {
    if (!is_plain(right) || left.size() < 4) return other(asmjit::x86::Inst::kIdCmp, left, right);
    arithmetic(kCmp, left, right);
  }
  void test(const Gp& left, const Gp& right) {
    if (left.size() < 4) return other(asmjit::x86::Inst::kIdTest, left, right);
    registers(left.size() == 8, 0x85, right.id(), left.id());
  }
  void test(const Gp& left, std::int32_t right) {
    const unsigned size = left.size();
    if (left.id() == 0 || size == 2) return other(asmjit::x86::Inst::kIdTest, left, right);
    registers(size == 8, size == 1 ? 0xF6 : 0xF7, 0, left.id(), false, size == 1 && left.id() >= 4);
    size == 1 ? byte(static_cast<std::uint8_t>(right)) : int32(right);
  }
  /// setcc, of a byte register
  void set(asmjit::x86::CondCode condition, const Gp& to) {
    registers(false, 0x90 | static_cast<unsigned>(condition), 0, to.id(), kEscape, to.id() >= 4);
  }
  /// cmovcc
  void move_if(asmjit::x86::CondCode condition, const Gp& to, const Gp& from) {
    registers(to.size() == 8, 0x40 | static_cast<unsigned>(condition), to.id(), from.id(), kEscape);
  }
  /// vmovsd or vmovss
  void vector_move(bool wide, const Xmm& to, const Mem& from) {
    if (!is_plain(from))
      return other(wide ? asmjit::x86::Inst::kIdVmovsd : asmjit::x86::Inst::kIdVmovss, to, from);
    vector_memory(wide ? kF2 : kF3, 0x10, to.id(), from);
  }
  void vector_move(bool wide, const Mem& to, const Xmm& from) {
    if (!is_plain(to))
      return other(wide ? asmjit::x86::Inst::kIdVmovsd : asmjit::x86::Inst::kIdVmovss, to, from);
    vector_memory(wide ? kF2 : kF3, 0x11, from.id(), to);
  }
  void push(const Gp& from) { short_form(0x50, from); }
  void leave() { byte(0xC9); }
  void ret() { byte(0xC3); }

  /// Instructions that are chosen by their number.
  template <class... Operands>
  void emit(asmjit::InstId id, const Operands&... operands) {
    other(id, operands...);
  }
  void emit(asmjit::InstId id, const Gp& to, const Gp& from) {
    const int code = arithmetic_code(id);
    if (code >= 0) return arithmetic(static_cast<unsigned>(code), to, from);
    if (id == asmjit::x86::Inst::kIdImul) return registers(to.size() == 8, 0xAF, to.id(), from.id(), kEscape);
    other(id, to, from);
  }
  void emit(asmjit::InstId id, const Gp& to, const Mem& from) {
    const int code = arithmetic_code(id);
    if (code < 0 || !is_plain(from)) return other(id, to, from);
    arithmetic(static_cast<unsigned>(code), to, from);
  }
  void emit(asmjit::InstId id, const Gp& to, std::int32_t value) {
    const int code = arithmetic_code(id);
    if (code < 0) return other(id, to, value);
    arithmetic(static_cast<unsigned>(code), to, value);
  }
  void emit(asmjit::InstId id, const Gp& to, unsigned count) {
    const int code = shift_code(id);
    if (code < 0 || count <= 1) return other(id, to, count);
    registers(to.size() == 8, 0xC1, static_cast<unsigned>(code), to.id());
    byte(count);
  }

  // What of the above has further forms; those are asmjit's.
  using Assembler::add, Assembler::cmp, Assembler::mov, Assembler::push, Assembler::ret, Assembler::sub,
      Assembler::test, Assembler::xor_;

 protected:
  void byte(unsigned value) { *_bufferPtr++ = static_cast<std::uint8_t>(value); }

 private:
  /// What distinguishes the arithmetic instructions of two operands: bits 3 to 5 of their opcodes.
  enum Arithmetic : std::uint8_t { kAdd = 0, kOr = 1, kAnd = 4, kSub = 5, kXor = 6, kCmp = 7 };
  enum VexPrefix : std::uint8_t { kF3 = 2, kF2 = 3 };
  static constexpr bool kEscape = true;  ///< the opcode stands behind the byte 0x0F

  static constexpr int arithmetic_code(asmjit::InstId id) {
    namespace I = asmjit::x86::Inst;
    switch (id) {
      case I::kIdAdd:
        return kAdd;
      case I::kIdOr:
        return kOr;
      case I::kIdAnd:
        return kAnd;
      case I::kIdSub:
        return kSub;
      case I::kIdXor:
        return kXor;
      default:
        return -1;
    }
  }
  static constexpr int shift_code(asmjit::InstId id) {
    namespace I = asmjit::x86::Inst;
    switch (id) {
      case I::kIdRol:
        return 0;
      case I::kIdRor:
        return 1;
      case I::kIdShl:
        return 4;
      case I::kIdShr:
        return 5;
      case I::kIdSar:
        return 7;
      default:
        return -1;
    }
  }

  /// A 64-bit base register, perhaps an index, a displacement: no other addresses are encoded here.
  static bool is_plain(const Mem& address) { return address.baseType() == asmjit::RegType::kX86_Gpq; }

  template <class... Operands>
  [[gnu::noinline]] void other(asmjit::InstId id, const Operands&... operands) {
    Assembler::emit(id, operands...);
  }

  void int32(std::int64_t value) {
    const auto low = static_cast<std::uint32_t>(value);
    std::memcpy(_bufferPtr, &low, 4);
    _bufferPtr += 4;
  }

  void short_form(unsigned opcode, const Gp& reg) {
    if (reg.id() >= 8) byte(0x41);
    byte(opcode | (reg.id() & 7));
  }

  /// `field`: the register or the opcode's extension in ModRM's middle, `rm` the register in its low bits.
  void registers(bool wide, unsigned opcode, unsigned field, unsigned rm, bool escape = false,
                 bool byte_register = false) {
    std::uint8_t* p = _bufferPtr;
    const unsigned rex = (wide ? 8U : 0U) | (field >> 3 << 2) | rm >> 3;
    if (rex != 0 || byte_register) *p++ = static_cast<std::uint8_t>(0x40 | rex);
    if (escape) *p++ = 0x0F;
    *p++ = static_cast<std::uint8_t>(opcode);
    *p++ = static_cast<std::uint8_t>(0xC0 | (field & 7) << 3 | (rm & 7));
    _bufferPtr = p;
  }

  /// The same with an address instead of `rm`.
  void memory(unsigned prefix, bool wide, unsigned opcode, unsigned field, const Mem& address,
              bool byte_register = false, bool escape = false) {
    std::uint8_t* p = _bufferPtr;
    const unsigned base = address.baseId(), index = address.hasIndex() ? address.indexId() : 0;
    if (prefix != 0) *p++ = static_cast<std::uint8_t>(prefix);
    const unsigned rex = (wide ? 8U : 0U) | (field >> 3 << 2) | (index >> 3 << 1) | base >> 3;
    if (rex != 0 || byte_register) *p++ = static_cast<std::uint8_t>(0x40 | rex);
    if (escape) *p++ = 0x0F;
    *p++ = static_cast<std::uint8_t>(opcode);
    _bufferPtr = place(p, (field & 7) << 3, address, base & 7, index & 7);
  }

  /// An instruction with a VEX prefix (of its instructions' second opcode map), one register and an address.
  void vector_memory(unsigned prefix, unsigned opcode, unsigned field, const Mem& address) {
    std::uint8_t* p = _bufferPtr;
    const unsigned base = address.baseId(), index = address.hasIndex() ? address.indexId() : 0;
    const unsigned high = field >> 3 << 7, last = 0x78 | prefix;  // register numbers are inverted
    if (((base | index) & 8) == 0) {
      *p++ = 0xC5;
      *p++ = static_cast<std::uint8_t>((high ^ 0x80) | last);
    } else {
      *p++ = 0xC4;
      *p++ = static_cast<std::uint8_t>(((high | (index >> 3 << 6) | (base >> 3 << 5)) ^ 0xE0) | 1);
      *p++ = static_cast<std::uint8_t>(last);
    }
    *p++ = static_cast<std::uint8_t>(opcode);
    _bufferPtr = place(p, (field & 7) << 3, address, base & 7, index & 7);
  }

  /// ModRM, SIB and displacement.
  static std::uint8_t* place(std::uint8_t* p, unsigned field, const Mem& address, unsigned base,
                             unsigned index) {
    constexpr unsigned kStack = 4, kFrame = 5;  // as bases, these and their likes above 7 mean something else
    const std::int32_t offset = address.offsetLo32();
    const unsigned mode = offset == 0 && base != kFrame                ? 0
                          : offset == static_cast<std::int8_t>(offset) ? 0x40
                                                                       : 0x80;
    if (address.hasIndex() || base == kStack) {
      *p++ = static_cast<std::uint8_t>(mode | field | 4);
      *p++ = static_cast<std::uint8_t>(address.hasIndex() ? address.shift() << 6 | index << 3 | base
                                                          : kStack << 3 | base);
    } else {
      *p++ = static_cast<std::uint8_t>(mode | field | base);
    }
    std::memcpy(p, &offset, 4);  // the buffer has room for more than is used
    return p + (mode >> 6 << (mode >> 7));
  }

  void extend(unsigned opcode, const Gp& to, const Gp& from) {
    const unsigned size = from.size();
    registers(to.size() == 8, size == 1 ? opcode : opcode + 1, to.id(), from.id(), kEscape,
              size == 1 && from.id() >= 4);
  }
  void extend(asmjit::InstId id, unsigned opcode, const Gp& to, const Mem& from) {
    if (!is_plain(from)) return other(id, to, from);
    memory(0, to.size() == 8, from.size() == 1 ? opcode : opcode + 1, to.id(), from, false, kEscape);
  }

  void arithmetic(unsigned code, const Gp& to, const Gp& from) {
    registers(to.size() == 8, code << 3 | 1, from.id(), to.id());
  }
  void arithmetic(unsigned code, const Gp& to, const Mem& from) {
    memory(0, to.size() == 8, code << 3 | 3, to.id(), from);
  }
  void arithmetic(unsigned code, const Gp& to, std::int64_t value) {
    const bool wide = to.size() == 8;
    if (value == static_cast<std::int8_t>(value)) {
      registers(wide, 0x83, code, to.id());
      byte(static_cast<std::uint8_t>(value));
      return;
    }
    if (to.id() == 0) {  // rax has a form without ModRM
      if (wide) byte(0x48);
      byte(code << 3 | 5);
    } else {
      registers(wide, 0x81, code, to.id());
    }
    int32(value);
  }
};

}  // namespace wasmjet::jit::x64
