#include <limits>

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
      return call(false);
    case Opcode::call_indirect:
      return call_indirect(false);
    case Opcode::return_call:
      return call(true);
    case Opcode::return_call_indirect:
      return call_indirect(true);
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
      return reference_special(op);
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

void BodyValidator::ref_null() { push(to_stack_type(in_.heap_type())); }

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
  push(to_stack_type(ValType::type_reference(module_.functions[function], false)));
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

const TableType& BodyValidator::table_type(std::uint32_t& index) {
  index = checked_index("table", module_.tables.size());
  return module_.tables[index];
}

void BodyValidator::table_instruction(Opcode op) {
  std::uint32_t table = 0;
  const TableType& type = table_type(table);
  const StackType element = to_stack_type(type.element);
  const StackType address = table_address(type);
  switch (op) {
    case Opcode::table_get:
      pop(address);
      return push(element);
    case Opcode::table_set:
      pop(element);
      pop(address);
      return;
    case Opcode::table_size:
      return push(address);
    case Opcode::table_grow:
      pop(address);
      pop(element);
      count_host_call();
      return push(address);
    default:  // table.fill
      pop(address);
      pop(element);
      pop(address);
      return count_host_call();
  }
}

void BodyValidator::table_init() {
  const std::uint32_t segment = checked_index("elem segment", module_.elements.size());
  std::uint32_t table = 0;
  const TableType& type = table_type(table);
  if (!matches(module_.elements[segment].type, type.element)) {
    invalid("type mismatch: table.init of a table of " + to_string(type.element) + " from a segment of " +
            to_string(module_.elements[segment].type));
  }
  pop(StackType::i32);
  pop(StackType::i32);
  pop(table_address(type));
  count_host_call();
}

/// The number of elements has the smaller one of the two address types.
void BodyValidator::table_copy() {
  std::uint32_t table = 0;
  const TableType& destination = table_type(table);
  const TableType& source = table_type(table);
  if (!matches(source.element, destination.element)) {
    invalid("type mismatch: table.copy from a table of " + to_string(source.element) + " to one of " +
            to_string(destination.element));
  }
  pop(destination.is_64 && source.is_64 ? StackType::i64 : StackType::i32);
  pop(table_address(source));
  pop(table_address(destination));
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

std::uint32_t BodyValidator::memarg(const OpcodeRow& row) {
  constexpr std::uint32_t kHasMemoryIndex = 0x40;
  const std::size_t at = in_.offset();
  std::uint32_t align_log2 = in_.u32();
  if (align_log2 >= 2 * kHasMemoryIndex) in_.malformed(at, "malformed memop flags " + hex(align_log2));
  std::uint32_t memory = 0;
  if ((align_log2 & kHasMemoryIndex) != 0) {
    align_log2 &= ~kHasMemoryIndex;
    memory = in_.u32();
  }
  const std::size_t offset_at = in_.offset();
  const std::uint64_t offset = in_.u64();
  if (memory >= module_.memories.size()) in_.unknown(at, "memory", memory, module_.memories.size());
  const auto natural = [&row] { return ", natural is 2**" + std::to_string(row.max_align_log2); };
  if (align_log2 > row.max_align_log2) {
    in_.invalid(at,
                "alignment must not be larger than natural: 2**" + std::to_string(align_log2) + natural());
  }
  if (info(row.opcode).lowering == LoweringClass::atomic && align_log2 != row.max_align_log2) {
    in_.invalid(at, "atomic alignment must be natural: 2**" + std::to_string(align_log2) + natural());
  }
  if (!module_.memories[memory].is_64 && offset > std::numeric_limits<std::uint32_t>::max()) {
    in_.invalid(offset_at, "offset out of range: " + std::to_string(offset) + " in a 32-bit memory");
  }
  info_.uses_memory = true;
  return memory;
}

void BodyValidator::lane(Immediate immediate) {
  const std::size_t at = in_.offset();
  const unsigned lanes = lane_count(immediate);
  const unsigned index = in_.byte();
  if (index >= lanes) {
    in_.invalid(at, "invalid lane index " + std::to_string(index) + ": there are " + std::to_string(lanes));
  }
}

/// The whole of an instruction of fixed signature: what stands behind the opcode, and the operands.
void BodyValidator::slow_fixed(const OpcodeRow& row) {
  if (row.memory) {
    const std::uint32_t memory = memarg(row);
    if (lane_count(row.immediate) != 0) lane(row.immediate);
    return fixed_slow(row, memory_address(memory));
  }
  switch (row.immediate) {
    case Immediate::i32:
      in_.s32();
      break;
    case Immediate::i64:
      in_.s64();
      break;
    case Immediate::f32:
      in_.f32_bits();
      break;
    case Immediate::f64:
      in_.f64_bits();
      break;
    case Immediate::v128:
      in_.bytes(16);
      break;
    case Immediate::shuffle:
      for (int i = 0; i < 16; ++i) {
        if (in_.byte() >= 32) in_.invalid(in_.offset() - 1, "invalid lane index: i8x16.shuffle has 32 lanes");
      }
      break;
    case Immediate::lane2:
    case Immediate::lane4:
    case Immediate::lane8:
    case Immediate::lane16:
      lane(row.immediate);
      break;
    case Immediate::memory:
    case Immediate::memory_copy:
    case Immediate::memory_init:
      return memory_instruction(row);
    default:
      break;
  }
  fixed_slow(row);
}

void BodyValidator::memory_instruction(const OpcodeRow& row) {
  if (row.opcode == Opcode::memory_init) data_index();
  const std::uint32_t memory = memory_index();
  const StackType address = memory_address(memory);
  switch (row.opcode) {
    case Opcode::memory_size:
      return push(address);
    case Opcode::memory_grow:
      pop(address);
      count_host_call();
      return push(address);
    case Opcode::memory_fill:
      pop(address);
      pop(StackType::i32);
      pop(address);
      break;
    case Opcode::memory_copy: {
      const StackType source = memory_address(memory_index());
      pop(address == source ? address : StackType::i32);
      pop(source);
      pop(address);
      break;
    }
    default:  // memory.init
      pop(StackType::i32);
      pop(StackType::i32);
      pop(address);
      break;
  }
  count_host_call();
  info_.uses_memory = true;
}

}  // namespace wasmjet::detail
