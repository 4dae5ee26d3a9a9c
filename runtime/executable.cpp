#include "runtime/executable.hpp"

#include <algorithm>
#include <string>

#include "decoder/code_reader.hpp"
#include "decoder/error.hpp"

namespace wasmjet {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw ModuleError(ModuleErrorKind::unsupported, 0, what + " cannot be executed yet");
}

bool has_representation(ValType type) {
  if (!type.is_ref()) return type.is_num();
  switch (type.heap()) {
    case HeapType::func:
    case HeapType::nofunc:
    case HeapType::extern_:
    case HeapType::noextern:
    case HeapType::type:  // of functions: require_types() lets nothing else pass
      return true;
    default:
      return false;
  }
}

void require(ValType type, const std::string& where) {
  if (!has_representation(type)) refuse(where + " of type " + to_string(type));
}

void require_types(const Module& module) {
  for (std::size_t i = 0; i < module.type_defs.size(); ++i) {
    const TypeDef& def = module.type_defs[i];
    if (def.form != TypeForm::func || !def.is_final || def.super != kNoType || def.group_size != 1) {
      refuse("type " + std::to_string(i) + " (structures, arrays, recursion groups, subtypes)");
    }
  }
  for (std::size_t i = 0; i < module.types.size(); ++i) {
    const std::string where = "type " + std::to_string(i) + " with a value";
    for (const ValType type : module.types[i].params) require(type, where);
    for (const ValType type : module.types[i].results) require(type, where);
  }
}

bool is_evaluated(Opcode op) {
  switch (op) {
    case Opcode::i32_const:
    case Opcode::i64_const:
    case Opcode::f32_const:
    case Opcode::f64_const:
    case Opcode::i32_add:
    case Opcode::i32_sub:
    case Opcode::i32_mul:
    case Opcode::i64_add:
    case Opcode::i64_sub:
    case Opcode::i64_mul:
    case Opcode::global_get:
      return true;
    default:
      return false;
  }
}

void require(const Module& module, const ConstExpr& expression) {
  if (expression.kind != ConstExpr::Kind::code) return;
  CodeReader reader(module.bytes.data() + expression.begin);
  for (Opcode op = reader.opcode(); op != Opcode::end; op = reader.opcode()) {
    if (!is_evaluated(op)) refuse("constant expression with " + std::string(text_name(op)));
    reader.skip_immediates(op);
  }
}

void require_memories(const Module& module) {
  if (module.memories.size() > 1)
    refuse("module with " + std::to_string(module.memories.size()) + " memories");
  for (const MemoryType& memory : module.memories) {
    if (memory.is_64) refuse("64-bit memory");
    if (memory.is_shared) refuse("shared memory");
    if (memory.page_size_log2 != 16) refuse("memory with a custom page size");
  }
}

void require_tables(const Module& module) {
  for (std::size_t i = 0; i < module.tables.size(); ++i) {
    require(module.tables[i].element, "table");
    if (module.tables[i].is_64) refuse("64-bit table");
    if (module.table_inits[i]) require(module, *module.table_inits[i]);
  }
}

}  // namespace

void require_executable(const Module& module) {
  require_types(module);
  require_memories(module);
  require_tables(module);
  for (const Global& global : module.globals) {
    require(global.type.type, "global");
    require(module, global.init);
  }
  for (const ElementSegment& segment : module.elements) {
    require(segment.type, "element segment");
    require(module, segment.offset);
    for (const ConstExpr& item : segment.items) require(module, item);
  }
  for (const DataSegment& segment : module.data) require(module, segment.offset);
}

}  // namespace wasmjet
