#include "jit/x64/small_bulk.hpp"

#include <cstddef>
#include <initializer_list>

#include "jit/small_bulk.hpp"
#include "jit/x64/abi.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::x64 {

namespace x86 = asmjit::x86;

namespace {

using x86::Gp;

const Gp context = x86::rdi;
const Gp memory_base = x86::gpq(Abi::kMemoryBase.number());
constexpr int kVector = 16;

/// Leaves for `slow` unless `n` is small, all of `places` to + n lie in memory 0, and nobody interrupts. The
/// places become addresses then. Overwrites rax and `temp`.
void check(x86::Assembler& a, const asmjit::Label& slow, const Gp& n, std::initializer_list<Gp> places,
           const Gp& temp) {
  a.cmp(n, kMostSmallBulk);
  a.ja(slow);
  a.mov(x86::rax, x86::qword_ptr(context, offsetof(VmContext, store)));
  a.mov(temp, x86::qword_ptr(context, offsetof(VmContext, memory0)));
  a.cmp(x86::dword_ptr(x86::rax, offsetof(StoreState, interrupt)), 0);
  a.jne(slow);
  a.mov(x86::rax, x86::qword_ptr(temp, offsetof(MemoryRecord, byte_size)));
  a.sub(x86::rax, n);
  a.jb(slow);
  for (const Gp& place : places) {
    a.cmp(place, x86::rax);
    a.ja(slow);
  }
  for (const Gp& place : places) a.add(place, memory_base);
}

void return_success(x86::Assembler& a) {
  a.xor_(x86::eax, x86::eax);
  a.ret();
}

/// Calls `piece(vectors)` where n is at most that many vectors and more than half of them, for 2, 4, … ; the
/// last without a look. Each is followed by a return.
template <class Piece>
void by_vectors(x86::Assembler& a, const Gp& n, const Piece& piece) {
  for (int vectors = 2; vectors * kVector < kMostSmallBulk; vectors *= 2) {
    const asmjit::Label more = a.newLabel();
    a.cmp(n, vectors * kVector);
    a.ja(more);
    piece(vectors);
    return_success(a);
    a.bind(more);
  }
  piece(kMostSmallBulk / kVector);
  return_success(a);
}

/// Address of vector `i` of `vectors`: the first half counts from the beginning, the others from the end, so
/// that they overlap.
x86::Mem vector_at(const Gp& begin, const Gp& n, int i, int vectors) {
  return i < vectors / 2 ? x86::ptr(begin, i * kVector) : x86::ptr(begin, n, 0, (i - vectors) * kVector);
}

}  // namespace

// memory_copy(context, dst memory, src memory, dst, src, n). All is read before anything is written, so that
// it does not matter whether the two overlap.
void emit_small_copy(x86::Assembler& a, const asmjit::Label& slow) {
  const Gp to = x86::rcx, from = x86::r8, n = x86::r9, temp = x86::r10;
  a.mov(x86::eax, x86::esi);
  a.or_(x86::eax, x86::edx);
  a.jne(slow);  // not memory 0
  check(a, slow, n, {to, from}, temp);

  const asmjit::Label at_most_16 = a.newLabel(), below_8 = a.newLabel(), below_4 = a.newLabel(),
                      done = a.newLabel();
  a.cmp(n, kVector);
  a.jbe(at_most_16);
  by_vectors(a, n, [&](int vectors) {
    for (int i = 0; i < vectors; ++i)
      a.movups(x86::xmm(static_cast<std::uint32_t>(i)), vector_at(from, n, i, vectors));
    for (int i = 0; i < vectors; ++i)
      a.movups(vector_at(to, n, i, vectors), x86::xmm(static_cast<std::uint32_t>(i)));
  });

  const auto both_ends = [&](const Gp& first, const Gp& last) {
    const int size = static_cast<int>(first.size());
    a.mov(first, x86::ptr(from));
    a.mov(last, x86::ptr(from, n, 0, -size));
    a.mov(x86::ptr(to), first);
    a.mov(x86::ptr(to, n, 0, -size), last);
    return_success(a);
  };
  a.bind(at_most_16);
  a.cmp(n, 8);
  a.jb(below_8);
  both_ends(x86::rax, x86::rdx);
  a.bind(below_8);
  a.cmp(n, 4);
  a.jb(below_4);
  both_ends(x86::eax, x86::edx);
  a.bind(below_4);  // of up to three bytes the first, the last, and the one in the middle
  a.test(n, n);
  a.je(done);
  a.mov(temp, n);
  a.shr(temp, 1);
  a.movzx(x86::eax, x86::byte_ptr(from));
  a.movzx(x86::edx, x86::byte_ptr(from, n, 0, -1));
  a.movzx(x86::esi, x86::byte_ptr(from, temp));
  a.mov(x86::byte_ptr(to), x86::al);
  a.mov(x86::byte_ptr(to, n, 0, -1), x86::dl);
  a.mov(x86::byte_ptr(to, temp), x86::sil);
  a.bind(done);
  return_success(a);
}

// memory_fill(context, memory, dst, value, n)
void emit_small_fill(x86::Assembler& a, const asmjit::Label& slow) {
  const Gp to = x86::rdx, value = x86::rcx, n = x86::r8, temp = x86::r10;
  a.test(x86::esi, x86::esi);
  a.jne(slow);
  check(a, slow, n, {to}, temp);
  a.movzx(value.r32(), value.r8());
  a.mov(temp, 0x0101010101010101);
  a.imul(value, temp);

  const asmjit::Label at_most_16 = a.newLabel(), below_8 = a.newLabel(), below_4 = a.newLabel(),
                      done = a.newLabel();
  a.cmp(n, kVector);
  a.jbe(at_most_16);
  a.movq(x86::xmm0, value);
  a.punpcklqdq(x86::xmm0, x86::xmm0);
  by_vectors(a, n, [&](int vectors) {
    for (int i = 0; i < vectors; ++i) a.movups(vector_at(to, n, i, vectors), x86::xmm0);
  });

  const auto both_ends = [&](const Gp& bytes) {
    a.mov(x86::ptr(to), bytes);
    a.mov(x86::ptr(to, n, 0, -static_cast<int>(bytes.size())), bytes);
    return_success(a);
  };
  a.bind(at_most_16);
  a.cmp(n, 8);
  a.jb(below_8);
  both_ends(value);
  a.bind(below_8);
  a.cmp(n, 4);
  a.jb(below_4);
  both_ends(value.r32());
  a.bind(below_4);
  a.test(n, n);
  a.je(done);
  a.mov(temp, n);
  a.shr(temp, 1);
  a.mov(x86::byte_ptr(to), value.r8());
  a.mov(x86::byte_ptr(to, n, 0, -1), value.r8());
  a.mov(x86::byte_ptr(to, temp), value.r8());
  a.bind(done);
  return_success(a);
}

}  // namespace wasmjet::jit::x64
