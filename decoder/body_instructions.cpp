#include "decoder/body_validator.hpp"
#include "decoder/opcode_rows.hpp"

// Instructions whose type depends on immediates or context, but for control (body_control.cpp) and locals
// (in the main loop); and the immediates of those whose type does not.
namespace wasmjet::detail {

void BodyValidator::special(Opcode op) {
  switch (op) {
    case Opcode::unreachable:
      return set_unreachable();
    case Opcode::nop:
      return;
    case Opcode::block:
      return block_like(FrameKind::block);
    case Opcode::loop:
      return block_like(FrameKind::loop);
    case Opcode::if_:
      return block_like(FrameKind::if_);
    case Opcode::else_:
      return else_();
    case Opcode::end:
      return end();
    case Opcode::br:
      return br();
    case Opcode::br_if:
      return br_if();
    case Opcode::br_table:
      return br_table();
    case Opcode::return_:
      return return_();
    case Opcode::call:
      return call();
    case Opcode::call_indirect:
      return call_indirect();
    case Opcode::drop:
      pop(StackType::bottom);
      return;
    case Opcode::select:
      return select();
    case Opcode::global_get:
      return global_get();
    case Opcode::global_set:
      return global_set();
    default:
      return other_special(op);
  }
}

void BodyValidator::other_special(Opcode op) {
  switch (op) {
    case Opcode::select_t:
      return select_typed();
    case Opcode::ref_null:
      return ref_null();
    case Opcode::ref_is_null:
      return ref_is_null();
    case Opcode::ref_func:
      return ref_func();
    case Opcode::table_get:
    case Opcode::table_set:
    case Opcode::table_size:
    case Opcode::table_grow:
    case Opcode::table_fill:
      return table_instruction(op);
    case Opcode::table_init:
      return table_init();
    case Opcode::table_copy:
      return table_copy();
    case Opcode::elem_drop:
      return elem_drop();
    case Opcode::data_drop:
      data_index();
      return count_host_call();
    default:
      fail_opcode(info(op).code, info(op).prefix != 0);
  }
}

// Parametric instructions (spec 3.3.4)

void BodyValidator::select() {
  pop(StackType::i32);
  const StackType second = pop(StackType::bottom);
  const StackType first = pop(second);
  const StackType type = first == StackType::bottom ? second : first;
  if (is_ref(type)) {
    invalid(std::string("type mismatch: select without a type takes no ") + to_string(type));
  }
  push(type);
}

void BodyValidator::select_typed() {
  const std::uint32_t n = in_.count("types", std::numeric_limits<std::uint32_t>::max());
  StackType type = StackType::bottom;
  for (std::uint32_t i = 0; i < n; ++i) type = to_stack_type(in_.val_type());
  if (n != 1) invalid("invalid result arity: select with " + std::to_string(n) + " types");
  pop(StackType::i32);
  pop(type);
  pop(type);
  push(type);
}

// Reference instructions (spec 3.3.2)

void BodyValidator::ref_null() { push(to_stack_type(in_.ref_type())); }

void BodyValidator::ref_is_null() {
  const StackType type = pop(StackType::bottom);
  if (type != StackType::bottom && !is_ref(type)) {
    invalid(std::string("type mismatch: ref.is_null expects a reference but the stack has ") +
            to_string(type));
  }
  push(StackType::i32);
}

void BodyValidator::ref_func() {
  const std::uint32_t function = checked_index("function", module_.functions.size());
  if (!module_.declared_functions[function]) {
    invalid("undeclared function reference: function " + std::to_string(function) +
            " is not in an element segment, export or global");
  }
  push(StackType::funcref);
}

// Variable instructions (spec 3.3.5)

void BodyValidator::global_get() {
  push(to_stack_type(module_.globals[checked_index("global", module_.globals.size())].type.type));
}

void BodyValidator::global_set() {
  const std::uint32_t index = checked_index("global", module_.globals.size());
  const GlobalType& type = module_.globals[index].type;
  if (!type.is_mutable) invalid("immutable global: global.set of global " + std::to_string(index));
  pop(type.type);
}

// Table instructions (spec 3.3.6)

ValType BodyValidator::table_element(std::uint32_t& index) {
  index = checked_index("table", module_.tables.size());
  return module_.tables[index].element;
}

void BodyValidator::table_instruction(Opcode op) {
  std::uint32_t table = 0;
  const StackType element = to_stack_type(table_element(table));
  switch (op) {
    case Opcode::table_get:
      pop(StackType::i32);
      return push(element);
    case Opcode::table_set:
      pop(element);
      pop(StackType::i32);
      return;
    case Opcode::table_size:
      return push(StackType::i32);
    case Opcode::table_grow:
      pop(StackType::i32);
      pop(element);
      count_host_call();
      return push(StackType::i32);
    default:  // table.fill
      pop(StackType::i32);
      pop(element);
      pop(StackType::i32);
      return count_host_call();
  }
}

void BodyValidator::table_init() {
  const std::uint32_t segment = checked_index("elem segment", module_.elements.size());
  std::uint32_t table = 0;
  const ValType element = table_element(table);
  if (module_.elements[segment].type != element) {
    invalid("type mismatch: table.init of a table of " + to_string(element) + " from a segment of " +
            to_string(module_.elements[segment].type));
  }
  for (int i = 0; i < 3; ++i) pop(StackType::i32);
  count_host_call();
}

void BodyValidator::table_copy() {
  std::uint32_t table = 0;
  const ValType destination = table_element(table);
  const ValType source = table_element(table);
  if (destination != source) {
    invalid("type mismatch: table.copy from a table of " + to_string(source) + " to one of " +
            to_string(destination));
  }
  for (int i = 0; i < 3; ++i) pop(StackType::i32);
  count_host_call();
}

void BodyValidator::elem_drop() {
  checked_index("elem segment", module_.elements.size());
  count_host_call();
}

// Memory instructions (spec 3.3.7)

/// A data segment's index. The data section stands behind the code, hence the data count section.
void BodyValidator::data_index() {
  const std::size_t at = in_.offset();
  const std::uint32_t index = in_.u32();
  if (!module_.data_count) in_.malformed(at, "data count section required");
  if (index >= *module_.data_count) in_.unknown(at, "data segment", index, *module_.data_count);
}

/// WebAssembly 2.0 has one zero byte here: it is not a LEB128 that could be padded (spec 5.4.6).
void BodyValidator::memory_index() {
  const std::size_t at = in_.offset();
  const std::uint8_t index = in_.byte();
  if (index >= 0x80) in_.malformed(at, "zero byte expected");
  if (index >= module_.memories.size()) in_.unknown(at, "memory", index, module_.memories.size());
}

void BodyValidator::memarg(std::uint32_t max_align_log2) {
  constexpr std::uint32_t kHasMemoryIndex = 0x40;
  const std::size_t at = in_.offset();
  std::uint32_t align_log2 = in_.u32();
  if (align_log2 >= 2 * kHasMemoryIndex) in_.malformed(at, "malformed memop flags " + hex(align_log2));
  std::uint32_t memory = 0;
  if ((align_log2 & kHasMemoryIndex) != 0) {
    align_log2 &= ~kHasMemoryIndex;
    memory = in_.u32();
  }
  const std::uint64_t offset = in_.u64();
  if (memory >= module_.memories.size()) in_.unknown(at, "memory", memory, module_.memories.size());
  if (align_log2 > max_align_log2) {
    in_.invalid(at, "alignment must not be larger than natural: 2**" + std::to_string(align_log2) +
                        ", natural is 2**" + std::to_string(max_align_log2));
  }
  if (offset > UINT32_MAX) [[unlikely]]
    in_.invalid(at, "offset out of range: " + std::to_string(offset) + " for a 32-bit memory");
  info_.uses_memory = true;
}

void BodyValidator::fixed_immediate(const OpcodeRow& row) {
  switch (row.immediate) {
    case Immediate::memarg1:
    case Immediate::memarg2:
    case Immediate::memarg4:
    case Immediate::memarg8:
      return memarg(row.max_align_log2);
    case Immediate::i32:
      in_.s32();
      return;
    case Immediate::i64:
      in_.s64();
      return;
    case Immediate::f32:
      in_.f32_bits();
      return;
    case Immediate::f64:
      in_.f64_bits();
      return;
    case Immediate::memory_copy:
      memory_index();
      [[fallthrough]];
    case Immediate::memory:
      memory_index();
      break;
    case Immediate::memory_init:
      data_index();
      memory_index();
      break;
    default:
      return;
  }
  if (row.opcode == Opcode::memory_size) return;
  count_host_call();
  if (row.opcode != Opcode::memory_grow) info_.uses_memory = true;
}

}  // namespace wasmjet::detail
