#include "jit/a64/small_bulk.hpp"

#include <cstddef>
#include <initializer_list>

#include "jit/a64/abi.hpp"
#include "jit/small_bulk.hpp"
#include "runtime/layout.hpp"

namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;

namespace {

using arm::Gp;
using arm::ptr;

const Gp context = arm::x0;
const Gp memory_base = arm::x(Abi::kMemoryBase.number());
constexpr int kVector = 16;

/// v0 to v7 and v16 to v23: no callee keeps them.
arm::Vec vector(int i) { return arm::VecV(static_cast<std::uint32_t>(i < 8 ? i : i + 8)); }

/// Leaves for `slow` unless `n` is small, all of `places` to + n lie in memory 0, and nobody interrupts. The
/// places become addresses then. Overwrites x9 and x10.
void check(arm::Assembler& a, const asmjit::Label& slow, const Gp& n, std::initializer_list<Gp> places) {
  a.cmp(n, kMostSmallBulk);
  a.b_hi(slow);
  a.ldr(arm::x9, ptr(context, offsetof(VmContext, store)));
  a.ldr(arm::x10, ptr(context, offsetof(VmContext, memory0)));
  a.ldr(arm::w9, ptr(arm::x9, offsetof(StoreState, interrupt)));
  a.cbnz(arm::w9, slow);
  a.ldr(arm::x9, ptr(arm::x10, offsetof(MemoryRecord, byte_size)));
  a.subs(arm::x9, arm::x9, n);
  a.b_lo(slow);
  for (const Gp& place : places) {
    a.cmp(place, arm::x9);
    a.b_hi(slow);
  }
  for (const Gp& place : places) a.add(place, place, memory_base);
}

void return_success(arm::Assembler& a) {
  a.mov(arm::x0, 0);
  a.ret(arm::x30);
}

/// Calls `piece(vectors)` where n is at most that many vectors and more than half of them, for 2, 4, … ; the
/// last without a look. Each is followed by a return.
template <class Piece>
void by_vectors(arm::Assembler& a, const Gp& n, const Piece& piece) {
  for (int vectors = 2; vectors * kVector < kMostSmallBulk; vectors *= 2) {
    const asmjit::Label more = a.newLabel();
    a.cmp(n, vectors * kVector);
    a.b_hi(more);
    piece(vectors);
    return_success(a);
    a.bind(more);
  }
  piece(kMostSmallBulk / kVector);
  return_success(a);
}

/// Loads or stores vector `i` of `vectors`: the first half counts from the beginning, the others from the
/// end, so that they overlap.
void load_vector(arm::Assembler& a, int i, int vectors, const Gp& begin, const Gp& end) {
  i < vectors / 2 ? a.ldr(vector(i), ptr(begin, i * kVector))
                  : a.ldur(vector(i), ptr(end, (i - vectors) * kVector));
}
void store_vector(arm::Assembler& a, const arm::Vec& value, int i, int vectors, const Gp& begin,
                  const Gp& end) {
  i < vectors / 2 ? a.str(value, ptr(begin, i * kVector)) : a.stur(value, ptr(end, (i - vectors) * kVector));
}

}  // namespace

// memory_copy(context, dst memory, src memory, dst, src, n). All is read before anything is written, so that
// it does not matter whether the two overlap.
void emit_small_copy(arm::Assembler& a, const asmjit::Label& slow) {
  const Gp to = arm::x3, from = arm::x4, n = arm::x5, from_end = arm::x10, to_end = arm::x11;
  a.orr(arm::w9, arm::w1, arm::w2);
  a.cbnz(arm::w9, slow);  // not memory 0
  check(a, slow, n, {to, from});
  a.add(from_end, from, n);
  a.add(to_end, to, n);

  const asmjit::Label at_most_16 = a.newLabel(), below_8 = a.newLabel(), below_4 = a.newLabel(),
                      done = a.newLabel();
  a.cmp(n, kVector);
  a.b_ls(at_most_16);
  by_vectors(a, n, [&](int vectors) {
    for (int i = 0; i < vectors; ++i) load_vector(a, i, vectors, from, from_end);
    for (int i = 0; i < vectors; ++i) store_vector(a, vector(i), i, vectors, to, to_end);
  });

  const auto both_ends = [&](const Gp& first, const Gp& last) {
    const int size = static_cast<int>(first.size());
    a.ldr(first, ptr(from));
    a.ldur(last, ptr(from_end, -size));
    a.str(first, ptr(to));
    a.stur(last, ptr(to_end, -size));
    return_success(a);
  };
  a.bind(at_most_16);
  a.cmp(n, 8);
  a.b_lo(below_8);
  both_ends(arm::x1, arm::x2);
  a.bind(below_8);
  a.cmp(n, 4);
  a.b_lo(below_4);
  both_ends(arm::w1, arm::w2);
  a.bind(below_4);  // of up to three bytes the first, the last, and the one in the middle
  a.cbz(n, done);
  a.lsr(n, n, 1);
  a.ldrb(arm::w1, ptr(from));
  a.ldurb(arm::w2, ptr(from_end, -1));
  a.ldrb(arm::w9, ptr(from, n));
  a.strb(arm::w1, ptr(to));
  a.sturb(arm::w2, ptr(to_end, -1));
  a.strb(arm::w9, ptr(to, n));
  a.bind(done);
  return_success(a);
}

// memory_fill(context, memory, dst, value, n)
void emit_small_fill(arm::Assembler& a, const asmjit::Label& slow) {
  const Gp to = arm::x2, value = arm::x3, n = arm::x4, end = arm::x11;
  a.cbnz(arm::w1, slow);
  check(a, slow, n, {to});
  a.add(end, to, n);
  a.dup(arm::v0.b16(), value.w());

  const asmjit::Label at_most_16 = a.newLabel(), below_8 = a.newLabel(), below_4 = a.newLabel(),
                      done = a.newLabel();
  a.cmp(n, kVector);
  a.b_ls(at_most_16);
  by_vectors(a, n, [&](int vectors) {
    for (int i = 0; i < vectors; ++i) store_vector(a, arm::q0, i, vectors, to, end);
  });

  const auto both_ends = [&](const arm::Vec& bytes) {
    a.str(bytes, ptr(to));
    a.stur(bytes, ptr(end, -static_cast<int>(bytes.size())));
    return_success(a);
  };
  a.bind(at_most_16);
  a.cmp(n, 8);
  a.b_lo(below_8);
  both_ends(arm::d0);
  a.bind(below_8);
  a.cmp(n, 4);
  a.b_lo(below_4);
  both_ends(arm::s0);
  a.bind(below_4);
  a.cbz(n, done);
  a.lsr(n, n, 1);
  a.strb(value.w(), ptr(to));
  a.sturb(value.w(), ptr(end, -1));
  a.strb(value.w(), ptr(to, n));
  a.bind(done);
  return_success(a);
}

}  // namespace wasmjet::jit::a64
