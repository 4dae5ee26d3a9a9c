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

class QuickAssemblerTest : public testing::Test {
 protected:
  /// `emit(assembler)` writes the same by both.
  template <class Emit>
  void same(const Emit& emit) {
    emit(quick_.assembler());
    emit(asmjit_.assembler());
    const auto ours = quick_.take(), theirs = asmjit_.take();
    ++compared_;
    ASSERT_FALSE(theirs.empty()) << "asmjit refuses it, number " << compared_;
    ASSERT_EQ(ours, theirs) << "number " << compared_;
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

  static constexpr asmjit::InstId kArithmetic[] = {Inst::kIdAdd, Inst::kIdOr, Inst::kIdAnd, Inst::kIdSub,
                                                   Inst::kIdXor};
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
      for (const asmjit::InstId id : kArithmetic) same([&](auto& as) { as.emit(id, to, from); });
      same([&](auto& as) { as.emit(Inst::kIdImul, to, from); });
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
        for (const asmjit::InstId id : kArithmetic)
          same([&](auto& as) { as.emit(id, gp(reg, size), place); });
        same([&](auto& as) { as.emit(Inst::kIdImul, gp(reg, size), place); });
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
        for (const asmjit::InstId id : kArithmetic) same([&](auto& as) { as.emit(id, to, value); });
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
    }
  });
}

TEST_F(QuickAssemblerTest, FramesAndReturns) {
  registers([&](unsigned reg) { same([&](auto& as) { as.push(gp(reg, 8)); }); });
  same([&](auto& as) { as.leave(); });
  same([&](auto& as) { as.ret(); });
  same([&](auto& as) { as.ret(16); });
}

}  // namespace
}  // namespace wasmjet::jit::x64
