#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include "jit/a64/macro_assembler.hpp"
#include "runtime/layout.hpp"

/// Linear memory. An index is read as `wN, uxtw`, in the access or in the addition that makes its address, so
/// upper halves cannot lead out of the reservation.
///
/// A store that ends beyond the memory must trap and change nothing, but on AArch64 one that crosses the end
/// may write its first part before it faults (the architecture leaves it open). So what a store will
/// overwrite is loaded first, unless the end cannot lie within it: a byte, a constant aligned address, a
/// place that straight code before it has accessed already.
namespace wasmjet::jit::a64 {

namespace arm = asmjit::a64;

namespace {
[[noreturn]] void report_dirty_upper_half() {
  std::fputs("wasmjet: internal error: an index of linear memory has a dirty upper half\n", stderr);
  std::abort();
}
[[noreturn]] void report_stale_copy() {
  std::fputs("wasmjet: internal error: a register holds a former value of a local\n", stderr);
  std::abort();
}
}  // namespace

/// The operand of an access of `bytes`; may overwrite kScratch.
MacroAssembler::Mem MacroAssembler::linear(const MemoryOperand& address, unsigned bytes) {
  const bool first_memory = !address.base.valid();
  const Reg base = first_memory ? Abi::kMemoryBase : address.base;
  const auto offset = static_cast<std::int64_t>(address.offset);
  if (!address.index.valid()) return place(base, offset, bytes);
  constexpr std::int64_t kMostAdded = 1 << 24;
  if (offset >= kMostAdded) {
    load_constant(Abi::kScratch, address.offset, true);
    add(scratch, scratch, gp64(address.index), arm::uxtw(0));
    return arm::ptr(gp64(base), scratch);
  }
  const bool known = first_memory && known_.in_scratch == address.index;
  if (!known && offset == 0) return arm::ptr(gp64(base), gp32(address.index), arm::uxtw(0));
  if (!known) add(scratch, gp64(base), gp64(address.index), arm::uxtw(0));
  if (first_memory) known_.in_scratch = address.index;
  return place(Abi::kScratch, offset, bytes);
}

/// What is accessed without a trap is in bounds from now on: memories do not shrink.
void MacroAssembler::note_access(const MemoryOperand& address, unsigned bytes) {
  if (!address.index.valid() || address.base.valid()) return;
  const std::uint64_t end = address.offset + bytes;
  known_.proven_end = known_.proven == address.index ? std::max(known_.proven_end, end) : end;
  known_.proven = address.index;
}

/// Whether a store cannot fault, or not after its first part.
bool MacroAssembler::is_proven(const MemoryOperand& address, unsigned bytes) const {
  if (address.checked) return true;
  if (address.base.valid() || !address.index.valid()) return false;
  return known_.proven == address.index && address.offset + bytes <= known_.proven_end;
}

void MacroAssembler::load_memory(Opcode op, Reg to, const MemoryOperand& address) {
  const AccessRow row = row_of<access_row>(op);
  const Mem place = linear(address, row.bytes);
  may_trap(TrapCode::memory_out_of_bounds);
  const arm::Gp d = to.is_float() ? arm::Gp() : gp(to, row.wide);
  if (row.floating) {
    ldr(fp(to, row.wide), place);
  } else if (row.bytes == 1) {
    row.sign_extends ? ldrsb(d, place) : ldrb(gp32(to), place);
  } else if (row.bytes == 2) {
    row.sign_extends ? ldrsh(d, place) : ldrh(gp32(to), place);
  } else if (row.sign_extends) {
    ldrsw(d, place);
  } else {
    ldr(gp(to, row.bytes == 8), place);
  }
  if (to != address.index) note_access(address, row.bytes);
}

void MacroAssembler::store_memory(Opcode op, const MemoryOperand& address, Reg from) {
  const AccessRow row = row_of<access_row>(op);
  if (row.floating) {
    store_memory(fp(from, row.wide), row.bytes, address);
  } else {
    store_memory(gp(from, row.bytes == 8), row.bytes, address);
  }
}

void MacroAssembler::store_memory_constant(Opcode op, const MemoryOperand& address, std::int32_t) {
  const unsigned bytes = row_of<access_row>(op).bytes;  // the constant is 0: fits_store_immediate()
  store_memory(bytes == 8 ? arm::Gp(arm::xzr) : arm::Gp(arm::wzr), bytes, address);
}

void MacroAssembler::store_memory(const arm::Reg& from, unsigned bytes, const MemoryOperand& address) {
  const bool proven = is_proven(address, bytes);
  const bool aligned = !address.index.valid() && address.offset % bytes == 0;
  const Mem place = linear(address, bytes);
  if (!proven) may_trap(TrapCode::memory_out_of_bounds);
  if (!proven && !aligned && bytes > 1) {  // faults in place of the store
    const arm::Gp zero = bytes == 8 ? arm::Gp(arm::xzr) : arm::Gp(arm::wzr);
    bytes == 2 ? ldrh(zero, place) : ldr(zero, place);
  }
  if (from.isVec()) {
    str(from.as<Vec>(), place);
  } else if (bytes == 1) {
    strb(from.as<Gp>(), place);
  } else if (bytes == 2) {
    strh(from.as<Gp>(), place);
  } else {
    str(from.as<Gp>(), place);
  }
  note_access(address, bytes);
}

void MacroAssembler::access_end(Reg to, const MemoryOperand& address, std::uint32_t size) {
  load_constant(to, address.offset + size, true);
  if (address.index.valid()) add(gp64(to), gp64(to), gp64(address.index), arm::uxtw(0));
}

void MacroAssembler::compare_memory_size(Reg end, Reg record) {
  load(Abi::kScratch, record, offsetof(MemoryRecord, byte_size), ValKind::i64);
  cmp(gp64(end), scratch);
  set_flags();
}

void MacroAssembler::load_memory_pages(Reg to, Reg record) {
  load(to, record, offsetof(MemoryRecord, byte_size), ValKind::i64);
  lsr(gp64(to), gp64(to), 16);
}

void MacroAssembler::assert_zero_extended(Reg index) {
  const Label holds = new_label();
  cmp(gp64(index), gp64(index), arm::uxtw(0));
  set_flags();
  jump_if(Cond::eq, holds);
  load_constant(Abi::kScratch, reinterpret_cast<std::uint64_t>(&report_dirty_upper_half), true);
  blr(scratch);
  bind(holds);
}

void MacroAssembler::assert_in_frame(Reg reg, std::int32_t frame_offset, ValKind kind) {
  const Label holds = new_label();
  if (reg.is_float()) return;  // takes two more registers; integers stand for them
  load_frame(Abi::kIntTemp, frame_offset, kind);
  cmp(gp(reg, !is_32_bit(kind)), gp(Abi::kIntTemp, !is_32_bit(kind)));
  set_flags();
  jump_if(Cond::eq, holds);
  load_constant(Abi::kScratch, reinterpret_cast<std::uint64_t>(&report_stale_copy), true);
  blr(scratch);
  bind(holds);
}

}  // namespace wasmjet::jit::a64
