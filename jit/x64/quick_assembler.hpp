#pragma once

#include <asmjit/x86.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>

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
    memory(MemoryForm::of(0x8B, to.size() == 8), to.id(), Address::of(from));
  }
  void mov(const Mem& to, const Gp& from) {
    if (!is_plain(to) || from.size() < 4) return other(asmjit::x86::Inst::kIdMov, to, from);
    memory(MemoryForm::of(0x89, from.size() == 8), from.id(), Address::of(to));
  }
  void mov(const Mem& to, std::int64_t value) {
    const unsigned size = to.size();
    if (!is_plain(to) || size < 4) return other(asmjit::x86::Inst::kIdMov, to, value);
    memory(MemoryForm::of(0xC7, size == 8), 0, Address::of(to));
    int32(value);
  }
  void mov(const Gp& to, std::int64_t value) {
    const bool is_u32 = value >= 0 && value <= 0xFFFFFFFF;
    if (to.size() != 4 || !is_u32) return other(asmjit::x86::Inst::kIdMov, to, value);
    if (to.id() >= 8) byte(0x41);
    byte(0xB8 | (to.id() & 7));
    int32(value);
  }
  void movabs(const Gp& to, std::uint64_t value) {
    byte(0x48 | to.id() >> 3);
    byte(0xB8 | (to.id() & 7));
    std::memcpy(_bufferPtr, &value, 8);
    _bufferPtr += 8;
  }
  void movzx(const Gp& to, const Gp& from) { extend(0xB6, to, from); }
  void movzx(const Gp& to, const Mem& from) { extend(asmjit::x86::Inst::kIdMovzx, 0xB6, to, from); }
  void movsx(const Gp& to, const Gp& from) { extend(0xBE, to, from); }
  void movsx(const Gp& to, const Mem& from) { extend(asmjit::x86::Inst::kIdMovsx, 0xBE, to, from); }
  void movsxd(const Gp& to, const Gp& from) { registers(true, 0x63, to.id(), from.id()); }
  void movsxd(const Gp& to, const Mem& from) {
    if (!is_plain(from)) return other(asmjit::x86::Inst::kIdMovsxd, to, from);
    memory(MemoryForm::of(0x63, true), to.id(), Address::of(from));
  }
  void lea(const Gp& to, const Mem& from) {
    if (!is_plain(from)) return other(asmjit::x86::Inst::kIdLea, to, from);
    memory(MemoryForm::of(0x8D, to.size() == 8), to.id(), Address::of(from));
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
    if (size == 2) return other(asmjit::x86::Inst::kIdTest, left, right);
    if (left.id() == 0) {  // rax has a form without ModRM
      if (size == 8) byte(0x48);
      byte(size == 1 ? 0xA8 : 0xA9);
    } else {
      registers(size == 8, size == 1 ? 0xF6 : 0xF7, 0, left.id(), false, size == 1 && left.id() >= 4);
    }
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
    vector_load(wide, to.id(), Address::of(from));
  }
  void vector_move(bool wide, const Mem& to, const Xmm& from) {
    if (!is_plain(to))
      return other(wide ? asmjit::x86::Inst::kIdVmovsd : asmjit::x86::Inst::kIdVmovss, to, from);
    vector_store(wide, from.id(), Address::of(to));
  }
  /// vucomisd or vucomiss
  void vector_compare(bool wide, const Xmm& left, const Xmm& right) {
    vector_registers(wide ? k66 : kNoPrefix, 0x2E, left.id(), 0, right.id());
  }
  void vxorps(const Xmm& to, const Xmm& left, const Xmm& right) {
    vector_registers(kNoPrefix, 0x57, to.id(), left.id(), right.id());
  }
  void call(const Gp& target) { registers(false, 0xFF, 2, target.id()); }
  void call(const Mem& target) {
    if (!is_plain(target)) return other(asmjit::x86::Inst::kIdCall, target);
    memory(MemoryForm::of(0xFF, false), 2, Address::of(target));
  }
  void push(const Gp& from) { short_form(0x50, from); }
  void leave() { byte(0xC9); }
  void ret() { byte(0xC3); }

  void ud2() { byte(0x0F), byte(0x0B); }
  void nop() { byte(0x90); }
  /// Fills up to an address that is a multiple of `alignment`.
  void align(unsigned alignment) { pad(-offset() & (alignment - 1)); }
  /// So many bytes of few instructions that do nothing.
  void pad(std::size_t left) {
    static constexpr std::uint8_t kNops[][9] = {{0x90},
                                                {0x66, 0x90},
                                                {0x0F, 0x1F, 0x00},
                                                {0x0F, 0x1F, 0x40, 0x00},
                                                {0x0F, 0x1F, 0x44, 0x00, 0x00},
                                                {0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00},
                                                {0x0F, 0x1F, 0x80, 0x00, 0x00, 0x00, 0x00},
                                                {0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
                                                {0x66, 0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00}};
    while (left != 0) {
      const std::size_t bytes = std::min(left, std::size(kNops));
      std::memcpy(_bufferPtr, kNops[bytes - 1], 9);  // the buffer has room for more than is used
      _bufferPtr += bytes;
      left -= bytes;
    }
  }

  /// Instructions that are chosen by their number.
  template <class... Operands>
  void emit(asmjit::InstId id, const Operands&... operands) {
    other(id, operands...);
  }
  void emit(asmjit::InstId id, const Gp& to, unsigned count) {
    const int code = shift_code(id);
    if (code < 0 || count == 0) return other(id, to, count);
    registers(to.size() == 8, count == 1 ? 0xD1 : 0xC1, static_cast<unsigned>(code), to.id());
    if (count != 1) byte(count);
  }
  /// A shift or rotation by cl.
  void shift_by_cl(asmjit::InstId id, const Gp& to) {
    registers(to.size() == 8, 0xD3, static_cast<unsigned>(shift_code(id)), to.id());
  }

  // Without operands of asmjit's: registers are their numbers. --------------------------------------

  /// What distinguishes the arithmetic instructions of two operands: bits 3 to 5 of their opcodes.
  enum Arithmetic : std::uint8_t { kAdd = 0, kOr = 1, kAnd = 4, kSub = 5, kXor = 6, kCmp = 7 };
  enum VexPrefix : std::uint8_t { kNoPrefix = 0, k66 = 1, kF3 = 2, kF2 = 3 };

  struct Address {
    static constexpr unsigned kNoIndex = 0xFF;
    unsigned base, index, shift;
    std::int32_t offset;
    /// A plain one.
    static Address of(const Mem& address) {
      return {address.baseId(), address.hasIndex() ? address.indexId() : kNoIndex, address.shift(),
              address.offsetLo32()};
    }
  };
  /// How an instruction of a register and an address is encoded.
  struct alignas(8) MemoryForm {
    std::uint8_t opcode[2] = {};  ///< the byte 0x0F stands in front, or nothing behind
    std::uint8_t opcode_bytes = 1;
    std::uint8_t rex = 0;             ///< 8 for 64 bits
    std::uint8_t prefix = 0;          ///< 0: none
    std::uint8_t byte_registers = 0;  ///< 0x40 if the register is one of 8 bits

    static constexpr MemoryForm of(std::uint8_t opcode, bool wide) {
      return {.opcode = {opcode}, .rex = static_cast<std::uint8_t>(wide ? 8 : 0)};
    }
    static constexpr MemoryForm escaped(std::uint8_t opcode, bool wide) {
      return {.opcode = {0x0F, opcode}, .opcode_bytes = 2, .rex = static_cast<std::uint8_t>(wide ? 8 : 0)};
    }
  };

  void arithmetic(unsigned code, bool wide, unsigned to, unsigned from) {
    registers(wide, code << 3 | 1, from, to);
  }
  void arithmetic(unsigned code, bool wide, unsigned to, const Address& from) {
    memory(MemoryForm::of(static_cast<std::uint8_t>(code << 3 | 3), wide), to, from);
  }
  void arithmetic_constant(unsigned code, bool wide, unsigned to, std::int32_t value) {
    const bool is_short = value == static_cast<std::int8_t>(value);
    if (to == 0 && !is_short) {  // rax has a form without ModRM
      if (wide) byte(0x48);
      byte(code << 3 | 5);
    } else {
      registers(wide, is_short ? 0x83 : 0x81, code, to);
    }
    std::memcpy(_bufferPtr, &value, 4);  // the buffer has room for more than is used
    _bufferPtr += is_short ? 1 : 4;
  }
  void multiply(bool wide, unsigned to, unsigned from) { registers(wide, 0xAF, to, from, kEscape); }
  void multiply(bool wide, unsigned to, const Address& from) {
    memory(MemoryForm::escaped(0xAF, wide), to, from);
  }
  void multiply_constant(bool wide, unsigned to, unsigned from, std::int32_t value) {
    const bool is_short = value == static_cast<std::int8_t>(value);
    registers(wide, is_short ? 0x6B : 0x69, to, from);
    is_short ? byte(static_cast<std::uint8_t>(value)) : int32(value);
  }
  void move(bool wide, unsigned to, unsigned from) { registers(wide, 0x89, from, to); }
  void negate(bool wide, unsigned reg) { registers(wide, 0xF7, 3, reg); }
  /// vmovaps
  void vector_move(unsigned to, unsigned from) { vector_registers(kNoPrefix, 0x28, to, 0, from); }
  /// shlx, shrx, sarx, by the prefix
  void shift(VexPrefix code, bool wide, unsigned to, unsigned value, unsigned count) {
    std::uint8_t* p = _bufferPtr;
    *p++ = 0xC4;
    *p++ = static_cast<std::uint8_t>(((to >> 3 << 7) | (value >> 3 << 5)) ^ 0xE2);
    *p++ = static_cast<std::uint8_t>((wide ? 0x80 : 0) | ((count << 3) ^ 0x78) | code);
    *p++ = 0xF7;
    *p++ = static_cast<std::uint8_t>(0xC0 | (to & 7) << 3 | (value & 7));
    _bufferPtr = p;
  }
  /// lea of an index, scaled, without a base.
  void scaled_index(bool wide, unsigned to, unsigned index, unsigned shift, std::int32_t offset) {
    std::uint8_t* p = _bufferPtr;
    const unsigned rex = (wide ? 8U : 0U) | (to >> 3 << 2) | (index >> 3 << 1);
    *p = static_cast<std::uint8_t>(0x40 | rex);
    p += rex != 0 ? 1 : 0;
    *p++ = 0x8D;
    *p++ = static_cast<std::uint8_t>((to & 7) << 3 | 4);
    *p++ = static_cast<std::uint8_t>(shift << 6 | (index & 7) << 3 | 5);
    std::memcpy(p, &offset, 4);
    _bufferPtr = p + 4;
  }
  void address_of(bool wide, unsigned to, const Address& address) {
    memory(MemoryForm::of(0x8D, wide), to, address);
  }
  void test(bool wide, unsigned left, unsigned right) { registers(wide, 0x85, right, left); }
  /// vmovsd or vmovss
  void vector_load(bool wide, unsigned to, const Address& from) {
    vector_memory(wide ? kF2 : kF3, 0x10, to, 0, from);
  }
  void vector_store(bool wide, unsigned from, const Address& to) {
    vector_memory(wide ? kF2 : kF3, 0x11, from, 0, to);
  }

  /// An instruction of a register and an address.
  void memory(const MemoryForm& form, unsigned field, const Address& address) {
    std::uint8_t* p = _bufferPtr;
    if (form.prefix != 0) [[unlikely]]
      *p++ = form.prefix;
    const unsigned index = address.index != Address::kNoIndex ? address.index : 0;
    const unsigned rex = form.rex | (field >> 3 << 2) | (index >> 3 << 1) | address.base >> 3;
    // Registers of 8 bits from the fifth on need the prefix, whatever it says.
    const unsigned needed = field >= 4 ? rex | form.byte_registers : rex;
    *p = static_cast<std::uint8_t>(0x40 | rex);
    p += needed != 0 ? 1 : 0;
    std::memcpy(p, form.opcode, 2);
    _bufferPtr = place(p + form.opcode_bytes, (field & 7) << 3, address);
  }

  /// An instruction with a VEX prefix (of its instructions' second opcode map), one register, or two, and an
  /// address. Of one register, `second` is 0.
  void vector_memory(unsigned prefix, unsigned opcode, unsigned field, unsigned second,
                     const Address& address) {
    const unsigned index = address.index != Address::kNoIndex ? address.index : 0;
    std::uint8_t* const p = vex(_bufferPtr, prefix, field, second, index, address.base);
    *p = static_cast<std::uint8_t>(opcode);
    _bufferPtr = place(p + 1, (field & 7) << 3, address);
  }
  /// The same with a third register instead of the address.
  void vector_registers(unsigned prefix, unsigned opcode, unsigned field, unsigned second, unsigned rm) {
    std::uint8_t* p = vex(_bufferPtr, prefix, field, second, 0, rm);
    *p++ = static_cast<std::uint8_t>(opcode);
    *p++ = static_cast<std::uint8_t>(0xC0 | (field & 7) << 3 | (rm & 7));
    _bufferPtr = p;
  }

  // What of the above has further forms; those are asmjit's.
  using Assembler::add, Assembler::cmp, Assembler::mov, Assembler::push, Assembler::ret, Assembler::sub,
      Assembler::test, Assembler::xor_;

 protected:
  void byte(unsigned value) { *_bufferPtr++ = static_cast<std::uint8_t>(value); }

 private:
  static constexpr bool kEscape = true;  ///< the opcode stands behind the byte 0x0F

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
    // Written in any case: whether it is needed cannot be foreseen.
    *p = static_cast<std::uint8_t>(0x40 | rex);
    p += rex != 0 || byte_register ? 1 : 0;
    if (escape) *p++ = 0x0F;
    *p++ = static_cast<std::uint8_t>(opcode);
    *p++ = static_cast<std::uint8_t>(0xC0 | (field & 7) << 3 | (rm & 7));
    _bufferPtr = p;
  }

  /// The VEX prefix of an instruction of the second opcode map; `second` is the register that has no other
  /// place.
  static std::uint8_t* vex(std::uint8_t* p, unsigned prefix, unsigned field, unsigned second, unsigned index,
                           unsigned base) {
    // Register numbers are inverted.
    const unsigned high = field >> 3 << 7, last = ((second << 3) ^ 0x78) | prefix;
    if (((base | index) & 8) == 0) {
      *p++ = 0xC5;
      *p++ = static_cast<std::uint8_t>((high ^ 0x80) | last);
    } else {
      *p++ = 0xC4;
      *p++ = static_cast<std::uint8_t>(((high | (index >> 3 << 6) | (base >> 3 << 5)) ^ 0xE0) | 1);
      *p++ = static_cast<std::uint8_t>(last);
    }
    return p;
  }

  /// ModRM, SIB and displacement.
  static std::uint8_t* place(std::uint8_t* p, unsigned field, const Address& address) {
    constexpr unsigned kStack = 4, kFrame = 5;  // as bases, these and their likes above 7 mean something else
    const unsigned base = address.base & 7;
    const std::int32_t offset = address.offset;
    const bool is_short = offset == static_cast<std::int8_t>(offset),
               is_absent = offset == 0 && base != kFrame;
    const unsigned mode = (0x80U >> static_cast<unsigned>(is_short)) & (static_cast<unsigned>(is_absent) - 1);
    if (address.index != Address::kNoIndex) {
      *p++ = static_cast<std::uint8_t>(mode | field | 4);
      *p++ = static_cast<std::uint8_t>(address.shift << 6 | (address.index & 7) << 3 | base);
    } else if (base == kStack) {
      *p++ = static_cast<std::uint8_t>(mode | field | 4);
      *p++ = static_cast<std::uint8_t>(kStack << 3 | base);
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
    const unsigned sized = from.size() == 1 ? opcode : opcode + 1;
    memory(MemoryForm::escaped(static_cast<std::uint8_t>(sized), to.size() == 8), to.id(), Address::of(from));
  }

  void arithmetic(unsigned code, const Gp& to, const Gp& from) {
    arithmetic(code, to.size() == 8, to.id(), from.id());
  }
  void arithmetic(unsigned code, const Gp& to, const Mem& from) {
    arithmetic(code, to.size() == 8, to.id(), Address::of(from));
  }
  void arithmetic(unsigned code, const Gp& to, std::int64_t value) {
    arithmetic_constant(code, to.size() == 8, to.id(), static_cast<std::int32_t>(value));
  }
};

}  // namespace wasmjet::jit::x64
