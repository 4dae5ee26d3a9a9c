#include "jit/x64/quick_assembler.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace wasmjet::jit::x64 {
namespace {

namespace x86 = asmjit::x86;
namespace Inst = asmjit::x86::Inst;

/// What an assembler of either kind writes.
template <class Assembler>
class Buffer {
 public:
  Buffer() {
    code_.init(asmjit::Environment(asmjit::Arch::kX64));
    code_.attach(&assembler_);
    code_.reserveBuffer(&code_.textSection()->buffer(), 1 << 16);
  }
  Assembler& assembler() { return assembler_; }
  std::vector<std::uint8_t> take() {
    const std::uint8_t* const begin = assembler_.bufferData();
    std::vector<std::uint8_t> bytes(begin, begin + assembler_.offset());
    assembler_.setOffset(0);
    return bytes;
  }

 private:
  asmjit::CodeHolder code_;
  Assembler assembler_;
};

// Forms that have another name than asmjit's.
void move_if(QuickAssembler& as, x86::CondCode condition, const x86::Gp& to, const x86::Gp& from) {
  as.move_if(condition, to, from);
}
void move_if(x86::Assembler& as, x86::CondCode condition, const x86::Gp& to, const x86::Gp& from) {
  as.emit(Inst::cmovccFromCond(condition), to, from);
}
void set(QuickAssembler& as, x86::CondCode condition, const x86::Gp& to) { as.set(condition, to); }
void set(x86::Assembler& as, x86::CondCode condition, const x86::Gp& to) {
  as.emit(Inst::setccFromCond(condition), to);
}
template <class To, class From>
void vector_move(QuickAssembler& as, bool wide, const To& to, const From& from) {
  as.vector_move(wide, to, from);
}
template <class To, class From>
void vector_move(x86::Assembler& as, bool wide, const To& to, const From& from) {
  as.emit(wide ? Inst::kIdVmovsd : Inst::kIdVmovss, to, from);
}

using Q = QuickAssembler;
using A = x86::Assembler;

class QuickAssemblerTest : public testing::Test {
 protected:
  /// `emit(assembler)` writes the same by both.
  template <class Emit>
  void same(const Emit& emit) {
    same(emit, emit);
  }

  /// Calls `each(address)` for all shapes of an address of `size` bytes.
  template <class Each>
  static void addresses(unsigned size, const Each& each) {
    for (const std::int32_t offset : {0, 1, 127, 128, -1, -128, -129, 0x12345678, INT32_MIN, INT32_MAX}) {
      for (unsigned base = 0; base < 16; ++base) {
        each(x86::ptr(x86::gpq(base), offset, size));
        for (const unsigned index : {0U, 3U, 5U, 7U, 8U, 12U, 13U, 15U}) {
          for (unsigned shift = 0; shift < 4; ++shift) {
            each(x86::ptr(x86::gpq(base), x86::gpq(index), shift, offset, size));
          }
        }
      }
    }
    each(x86::ptr(x86::rip, 8, size));
    each(x86::ptr(0, x86::rcx, 2, size));
  }

  template <class Each>
  static void registers(const Each& each) {
    for (unsigned reg = 0; reg < 16; ++reg) each(reg);
  }
  template <class Each>
  static void pairs(const Each& each) {
    registers([&](unsigned a) { registers([&](unsigned b) { each(a, b); }); });
  }
  static x86::Gp gp(unsigned reg, unsigned size) {
    return size == 1   ? x86::Gp(x86::gpb(reg))
           : size == 2 ? x86::Gp(x86::gpw(reg))
           : size == 4 ? x86::Gp(x86::gpd(reg))
                       : x86::Gp(x86::gpq(reg));
  }

  /// Of registers by their numbers: `quick(assembler)` writes what `asmjit(assembler)` does.
  template <class Quick, class Asmjit>
  void same(const Quick& quick, const Asmjit& asmjit) {
    quick(quick_.assembler());
    asmjit(asmjit_.assembler());
    const auto ours = quick_.take(), theirs = asmjit_.take();
    ++compared_;
    ASSERT_FALSE(theirs.empty()) << "asmjit refuses it, number " << compared_;
    ASSERT_EQ(ours, theirs) << "number " << compared_;
  }
  /// Calls `each(address, the same of asmjit)` for all shapes that an Address has.
  template <class Each>
  static void number_addresses(unsigned size, const Each& each) {
    addresses(size, [&](const x86::Mem& place) {
      if (place.hasBaseReg() && place.baseType() == asmjit::RegType::kX86_Gpq) {
        each(QuickAssembler::Address::of(place), place);
      }
    });
  }

  struct Arithmetic {
    QuickAssembler::Arithmetic code;
    asmjit::InstId id;
  };
  static constexpr Arithmetic kArithmetic[] = {
      {QuickAssembler::kAdd, Inst::kIdAdd}, {QuickAssembler::kOr, Inst::kIdOr},
      {QuickAssembler::kAnd, Inst::kIdAnd}, {QuickAssembler::kSub, Inst::kIdSub},
      {QuickAssembler::kXor, Inst::kIdXor}, {QuickAssembler::kCmp, Inst::kIdCmp}};
  Buffer<QuickAssembler> quick_;
  Buffer<x86::Assembler> asmjit_;
  int compared_ = 0;
};

TEST_F(QuickAssemblerTest, RegistersToRegisters) {
  pairs([&](unsigned a, unsigned b) {
    for (const unsigned size : {1U, 2U, 4U, 8U}) {
      const x86::Gp to = gp(a, size), from = gp(b, size);
      same([&](auto& as) { as.mov(to, from); });
      same([&](auto& as) { as.test(to, from); });
      if (size < 4) {
        for (const unsigned wider : {4U, 8U}) {
          same([&](auto& as) { as.movzx(gp(a, wider), from); });
          same([&](auto& as) { as.movsx(gp(a, wider), from); });
        }
        continue;
      }
      same([&](auto& as) { as.add(to, from); });
      same([&](auto& as) { as.sub(to, from); });
      same([&](auto& as) { as.xor_(to, from); });
      same([&](auto& as) { as.cmp(to, from); });
      same([&](auto& as) { as.emit(Inst::kIdBsr, to, from); });
    }
    same([&](auto& as) { as.movsxd(gp(a, 8), gp(b, 4)); });
  });
}

TEST_F(QuickAssemblerTest, Addresses) {
  for (const unsigned reg : {0U, 3U, 4U, 5U, 6U, 7U, 8U, 12U, 15U}) {
    for (const unsigned size : {1U, 2U, 4U, 8U}) {
      addresses(size, [&](const x86::Mem& place) {
        same([&](auto& as) { as.mov(place, gp(reg, size)); });
        if (size < 4) {
          for (const unsigned wider : {4U, 8U}) {
            same([&](auto& as) { as.movzx(gp(reg, wider), place); });
            same([&](auto& as) { as.movsx(gp(reg, wider), place); });
          }
          return;
        }
        same([&](auto& as) { as.mov(gp(reg, size), place); });
        same([&](auto& as) { as.lea(gp(reg, size), place); });
        same([&](auto& as) { as.cmp(gp(reg, size), place); });
        if (size == 4) same([&](auto& as) { as.movsxd(gp(reg, 8), place); });
      });
    }
  }
}

TEST_F(QuickAssemblerTest, Immediates) {
  for (const std::int32_t value :
       {0, 1, 127, 128, 255, 256, -1, -128, -129, 0x12345678, INT32_MIN, INT32_MAX}) {
    registers([&](unsigned reg) {
      for (const unsigned size : {4U, 8U}) {
        const x86::Gp to = gp(reg, size);
        same([&](auto& as) { as.add(to, value); });
        same([&](auto& as) { as.sub(to, value); });
        same([&](auto& as) { as.cmp(to, value); });
        same([&](auto& as) { as.test(to, value); });
        if (size == 4) same([&](auto& as) { as.test(gp(reg, 1), value & 0x7F); });
        same([&](auto& as) { as.mov(to, value); });
        same([&](auto& as) { as.mov(to, static_cast<std::uint32_t>(value)); });
        same([&](auto& as) { as.mov(to, static_cast<std::int64_t>(value) << 20); });
      }
    });
    for (const unsigned size : {1U, 2U, 4U, 8U}) {
      const std::int32_t narrow = size == 1   ? static_cast<std::int8_t>(value)
                                  : size == 2 ? static_cast<std::int16_t>(value)
                                              : value;
      addresses(size, [&](const x86::Mem& place) { same([&](auto& as) { as.mov(place, narrow); }); });
    }
  }
}

TEST_F(QuickAssemblerTest, Conditions) {
  for (unsigned code = 0; code < 16; ++code) {
    const auto condition = static_cast<x86::CondCode>(code);
    pairs([&](unsigned a, unsigned b) {
      for (const unsigned size : {4U, 8U}) {
        same([&](auto& as) { move_if(as, condition, gp(a, size), gp(b, size)); });
      }
    });
    registers([&](unsigned reg) { same([&](auto& as) { set(as, condition, gp(reg, 1)); }); });
  }
}

TEST_F(QuickAssemblerTest, Calls) {
  registers([&](unsigned reg) { same([&](auto& as) { as.call(gp(reg, 8)); }); });
  addresses(8, [&](const x86::Mem& place) { same([&](auto& as) { as.call(place); }); });
}

TEST_F(QuickAssemblerTest, LongConstants) {
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x123456789ABCDEF0}, UINT64_MAX}) {
    registers([&](unsigned reg) { same([&](auto& as) { as.movabs(gp(reg, 8), value); }); });
  }
}

TEST_F(QuickAssemblerTest, VectorMoves) {
  for (const unsigned reg : {0U, 1U, 5U, 7U, 8U, 15U}) {
    for (const bool wide : {false, true}) {
      addresses(wide ? 8 : 4, [&](const x86::Mem& place) {
        same([&](auto& as) { vector_move(as, wide, x86::xmm(reg), place); });
        same([&](auto& as) { vector_move(as, wide, place, x86::xmm(reg)); });
      });
    }
  }
}

TEST_F(QuickAssemblerTest, Shifts) {
  registers([&](unsigned reg) {
    for (const unsigned size : {4U, 8U}) {
      for (unsigned count = 0; count < size * 8; ++count) {
        for (const asmjit::InstId id :
             {Inst::kIdRol, Inst::kIdRor, Inst::kIdShl, Inst::kIdShr, Inst::kIdSar}) {
          same([&](auto& as) { as.emit(id, gp(reg, size), count); });
        }
      }
      for (const asmjit::InstId id : {Inst::kIdRol, Inst::kIdRor, Inst::kIdShl, Inst::kIdShr, Inst::kIdSar}) {
        same([&](Q& as) { as.shift_by_cl(id, gp(reg, size)); },
             [&](A& as) { as.emit(id, gp(reg, size), x86::cl); });
      }
    }
  });
}

TEST_F(QuickAssemblerTest, NumbersOfRegisters) {
  pairs([&](unsigned a, unsigned b) {
    for (const bool wide : {false, true}) {
      const x86::Gp to = gp(a, wide ? 8 : 4), from = gp(b, wide ? 8 : 4);
      for (const Arithmetic op : kArithmetic) {
        same([&](Q& as) { as.arithmetic(op.code, wide, a, b); }, [&](A& as) { as.emit(op.id, to, from); });
      }
      same([&](Q& as) { as.multiply(wide, a, b); }, [&](A& as) { as.imul(to, from); });
      same([&](Q& as) { as.move(wide, a, b); }, [&](A& as) { as.mov(to, from); });
      same([&](Q& as) { as.test(wide, a, b); }, [&](A& as) { as.test(to, from); });
      for (const unsigned c : {0U, 5U, 8U, 15U}) {
        const x86::Gp count = gp(c, wide ? 8 : 4);
        same([&](Q& as) { as.shift(Q::k66, wide, a, b, c); }, [&](A& as) { as.shlx(to, from, count); });
        same([&](Q& as) { as.shift(Q::kF2, wide, a, b, c); }, [&](A& as) { as.shrx(to, from, count); });
        same([&](Q& as) { as.shift(Q::kF3, wide, a, b, c); }, [&](A& as) { as.sarx(to, from, count); });
      }
      for (unsigned shift = 0; shift < 4 && b != 4; ++shift) {
        same([&](Q& as) { as.scaled_index(wide, a, b, shift, -5); },
             [&](A& as) { as.lea(to, x86::ptr(static_cast<std::uint64_t>(-5), gp(b, 8), shift)); });
      }
    }
  });
  registers([&](unsigned a) {
    same([&](Q& as) { as.negate(false, a); }, [&](A& as) { as.neg(gp(a, 4)); });
    same([&](Q& as) { as.negate(true, a); }, [&](A& as) { as.neg(gp(a, 8)); });
  });
}

TEST_F(QuickAssemblerTest, NumbersAndConstants) {
  registers([&](unsigned a) {
    for (const bool wide : {false, true}) {
      const x86::Gp to = gp(a, wide ? 8 : 4);
      for (const std::int32_t value :
           {0, 1, 127, 128, 255, -1, -128, -129, 0x12345678, INT32_MIN, INT32_MAX}) {
        for (const Arithmetic op : kArithmetic) {
          same([&](Q& as) { as.arithmetic_constant(op.code, wide, a, value); },
               [&](A& as) { as.emit(op.id, to, value); });
        }
        registers([&](unsigned b) {
          same([&](Q& as) { as.multiply_constant(wide, a, b, value); },
               [&](A& as) { as.imul(to, gp(b, wide ? 8 : 4), value); });
        });
      }
    }
  });
}

TEST_F(QuickAssemblerTest, NumbersAndAddresses) {
  for (const unsigned a : {0U, 3U, 4U, 5U, 7U, 8U, 12U, 15U}) {
    for (const bool wide : {false, true}) {
      const x86::Gp to = gp(a, wide ? 8 : 4);
      number_addresses(wide ? 8 : 4, [&](const Q::Address& address, const x86::Mem& place) {
        for (const Arithmetic op : kArithmetic) {
          same([&](Q& as) { as.arithmetic(op.code, wide, a, address); },
               [&](A& as) { as.emit(op.id, to, place); });
        }
        same([&](Q& as) { as.multiply(wide, a, address); }, [&](A& as) { as.imul(to, place); });
        same([&](Q& as) { as.address_of(wide, a, address); }, [&](A& as) { as.lea(to, place); });
        same([&](Q& as) { as.memory(Q::MemoryForm::of(0x8B, wide), a, address); },
             [&](A& as) { as.mov(to, place); });
        same([&](Q& as) { as.memory(Q::MemoryForm::of(0x89, wide), a, address); },
             [&](A& as) { as.mov(place, to); });
      });
    }
    number_addresses(1, [&](const Q::Address& address, const x86::Mem& place) {
      same([&](Q& as) { as.memory({.opcode = {0x88}, .byte_registers = 0x40}, a, address); },
           [&](A& as) { as.mov(place, gp(a, 1)); });
      same([&](Q& as) { as.memory(Q::MemoryForm::escaped(0xBE, true), a, address); },
           [&](A& as) { as.movsx(gp(a, 8), place); });
    });
    number_addresses(2, [&](const Q::Address& address, const x86::Mem& place) {
      same([&](Q& as) { as.memory({.opcode = {0x89}, .prefix = 0x66}, a, address); },
           [&](A& as) { as.mov(place, gp(a, 2)); });
    });
  }
}

TEST_F(QuickAssemblerTest, NumbersOfVectorRegisters) {
  pairs([&](unsigned a, unsigned b) {
    const x86::Xmm to = x86::xmm(a), from = x86::xmm(b);
    same([&](Q& as) { as.vector_move(a, b); }, [&](A& as) { as.vmovaps(to, from); });
    same([&](Q& as) { as.vector_compare(true, to, from); }, [&](A& as) { as.vucomisd(to, from); });
    same([&](Q& as) { as.vector_compare(false, to, from); }, [&](A& as) { as.vucomiss(to, from); });
    for (const unsigned c : {0U, 7U, 8U, 15U}) {
      const x86::Xmm right = x86::xmm(c);
      same([&](auto& as) { as.vxorps(to, from, right); });
      same([&](Q& as) { as.vector_registers(Q::kF2, 0x58, a, b, c); },
           [&](A& as) { as.vaddsd(to, from, right); });
      same([&](Q& as) { as.vector_registers(Q::kF3, 0x5C, a, b, c); },
           [&](A& as) { as.vsubss(to, from, right); });
    }
  });
  for (const unsigned a : {0U, 7U, 8U, 15U}) {
    number_addresses(8, [&](const Q::Address& address, const x86::Mem& place) {
      for (const unsigned b : {0U, 5U, 8U, 15U}) {
        same([&](Q& as) { as.vector_memory(Q::kF2, 0x59, a, b, address); },
             [&](A& as) { as.vmulsd(x86::xmm(a), x86::xmm(b), place); });
      }
      same([&](Q& as) { as.vector_load(true, a, address); }, [&](A& as) { as.vmovsd(x86::xmm(a), place); });
      same([&](Q& as) { as.vector_store(true, a, address); }, [&](A& as) { as.vmovsd(place, x86::xmm(a)); });
    });
  }
}

TEST_F(QuickAssemblerTest, Alignment) {
  for (unsigned used = 1; used < 64; ++used) {
    const auto fill = [&](auto& as) {
      for (unsigned i = 0; i < used; ++i) as.ret();
    };
    same(
        [&](Q& as) {
          fill(as);
          as.align(64);
        },
        [&](A& as) {
          as.addEncodingOptions(asmjit::EncodingOptions::kOptimizedAlign);
          fill(as);
          as.align(asmjit::AlignMode::kCode, 64);
        });
  }
}

TEST_F(QuickAssemblerTest, FramesAndReturns) {
  same([&](auto& as) { as.ud2(); });
  same([&](auto& as) { as.nop(); });
  registers([&](unsigned reg) { same([&](auto& as) { as.push(gp(reg, 8)); }); });
  same([&](auto& as) { as.leave(); });
  same([&](auto& as) { as.ret(); });
  same([&](auto& as) { as.ret(16); });
}

}  // namespace
}  // namespace wasmjet::jit::x64
