#pragma once

/// For tests: assembles small modules in the binary format. Bodies are opcode bytes; no text format needed.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "decoder/module.hpp"

namespace wasmjet::testing {

using Bytes = std::vector<std::uint8_t>;

inline Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Bytes uleb(std::uint64_t value) {
  Bytes out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

inline Bytes sleb(std::int64_t value) {
  Bytes out;
  while (value < -64 || value > 63) {
    out.push_back(static_cast<std::uint8_t>((value & 0x7F) | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(value & 0x7F));
  return out;
}

/// Instructions that tests need; operands stand on the stack.
namespace op {
inline const Bytes unreachable = {0x00};
inline const Bytes loop = {0x03, 0x40};
inline const Bytes block = {0x02, 0x40};
inline const Bytes begin_if = {0x04, 0x40};
inline const Bytes end = {0x0B};
inline const Bytes drop = {0x1A};
inline const Bytes i32_eqz = {0x45};
inline const Bytes i32_add = {0x6A};
inline const Bytes i32_sub = {0x6B};
inline const Bytes i32_div_s = {0x6D};
inline const Bytes i64_div_s = {0x7F};
inline const Bytes i32_rem_s = {0x6F};
inline const Bytes i32_trunc_f64_s = {0xAA};
inline Bytes br(std::uint32_t depth) { return Bytes{0x0C} + uleb(depth); }
inline Bytes br_if(std::uint32_t depth) { return Bytes{0x0D} + uleb(depth); }
inline Bytes call(std::uint32_t function) { return Bytes{0x10} + uleb(function); }
inline Bytes call_indirect(std::uint32_t type) { return Bytes{0x11} + uleb(type) + uleb(0); }
inline Bytes local_get(std::uint32_t local) { return Bytes{0x20} + uleb(local); }
inline Bytes local_set(std::uint32_t local) { return Bytes{0x21} + uleb(local); }
inline Bytes global_get(std::uint32_t global) { return Bytes{0x23} + uleb(global); }
inline Bytes global_set(std::uint32_t global) { return Bytes{0x24} + uleb(global); }
inline Bytes table_get(std::uint32_t table) { return Bytes{0x25} + uleb(table); }
inline Bytes i32_const(std::int32_t value) { return Bytes{0x41} + sleb(value); }
inline Bytes i64_const(std::int64_t value) { return Bytes{0x42} + sleb(value); }
/// A load or store by its opcode byte.
inline Bytes access(std::uint8_t opcode, std::uint64_t offset = 0) { return Bytes{opcode, 0} + uleb(offset); }
inline const Bytes memory_size = {0x3F, 0};
inline const Bytes memory_grow = {0x40, 0};
inline const Bytes memory_copy = {0xFC, 10, 0, 0};
inline const Bytes memory_fill = {0xFC, 11, 0};
}  // namespace op

/// Imports have to be added before definitions of the same kind. Every method returns the index of what it
/// adds.
class ModuleBuilder {
 public:
  std::uint32_t type(const FuncType& type) {
    for (std::uint32_t i = 0; i < types_.size(); ++i) {
      if (types_[i] == type) return i;
    }
    types_.push_back(type);
    return static_cast<std::uint32_t>(types_.size() - 1);
  }
  std::uint32_t import_function(std::string_view module, std::string_view name, const FuncType& t) {
    imports_.push_back(string(module) + string(name) + Bytes{0} + uleb(type(t)));
    return functions_++;
  }
  std::uint32_t import_memory(std::string_view module, std::string_view name, std::uint32_t min) {
    imports_.push_back(string(module) + string(name) + Bytes{2, 0} + uleb(min));
    return 0;
  }
  /// `body` without its final end; the function is exported if it has a name.
  std::uint32_t function(std::string_view name, const FuncType& t, const Bytes& body,
                         const std::vector<ValType>& locals = {}) {
    Bytes code = uleb(locals.size());
    for (const ValType local : locals) code = code + Bytes{1, byte(local)};
    code = code + body + op::end;
    defined_.push_back(uleb(type(t)));
    bodies_.push_back(uleb(code.size()) + code);
    if (!name.empty()) export_(name, ExternKind::function, functions_);
    return functions_++;
  }
  /// A mutable global that is zero at first; `type` is a number type.
  std::uint32_t global(ValType type) {
    Bytes init = {static_cast<std::uint8_t>(0x41 + static_cast<unsigned>(type.kind()))};
    const unsigned zeros = type == kF64 ? 8 : type == kF32 ? 4 : 1;
    init.insert(init.end(), zeros, 0);
    globals_.push_back(Bytes{byte(type), 1} + init + op::end);
    return static_cast<std::uint32_t>(globals_.size() - 1);
  }
  void memory(std::uint32_t min) { memories_.push_back(Bytes{0} + uleb(min)); }
  void table(std::uint32_t min) { tables_.push_back(Bytes{0x70, 0} + uleb(min)); }
  void element(std::uint32_t offset, const std::vector<std::uint32_t>& functions) {
    Bytes segment = Bytes{0} + op::i32_const(static_cast<std::int32_t>(offset)) + op::end;
    segment = std::move(segment) + uleb(functions.size());
    for (const std::uint32_t f : functions) segment = std::move(segment) + uleb(f);
    elements_.push_back(std::move(segment));
  }
  void data(std::uint32_t offset, std::string_view bytes) {
    data_.push_back(Bytes{0} + op::i32_const(static_cast<std::int32_t>(offset)) + op::end + string(bytes));
  }
  void start(std::uint32_t function) { start_ = uleb(function); }
  void export_(std::string_view name, ExternKind kind, std::uint32_t index) {
    exports_.push_back(string(name) + Bytes{static_cast<std::uint8_t>(kind)} + uleb(index));
  }
  void name_function(std::uint32_t function, std::string_view name) {
    names_.push_back(uleb(function) + string(name));
  }

  Bytes build() const {
    std::vector<Bytes> types;
    types.reserve(types_.size());
    for (const FuncType& t : types_) types.push_back(Bytes{0x60} + bytes(t.params) + bytes(t.results));
    Bytes module = {0, 'a', 's', 'm', 1, 0, 0, 0};
    module = module + section(1, types) + section(2, imports_) + section(3, defined_) + section(4, tables_) +
             section(5, memories_) + section(6, globals_) + section(7, exports_);
    if (!start_.empty()) module = module + Bytes{8} + uleb(start_.size()) + start_;
    module = module + section(9, elements_) + section(10, bodies_) + section(11, data_);
    if (names_.empty()) return module;
    const Bytes names = vector(names_);
    const Bytes custom = string("name") + Bytes{1} + uleb(names.size()) + names;
    return module + Bytes{0} + uleb(custom.size()) + custom;
  }

 private:
  static std::uint8_t byte(ValType type) {
    switch (type.kind()) {
      case ValKind::i32:
        return 0x7F;
      case ValKind::i64:
        return 0x7E;
      case ValKind::f32:
        return 0x7D;
      case ValKind::f64:
        return 0x7C;
      case ValKind::v128:
        return 0x7B;
      case ValKind::ref:
        break;
    }
    return type.heap() == HeapType::func ? 0x70 : 0x6F;
  }
  static Bytes bytes(const std::vector<ValType>& types) {
    Bytes out = uleb(types.size());
    for (const ValType type : types) out.push_back(byte(type));
    return out;
  }
  static Bytes string(std::string_view text) { return uleb(text.size()) + Bytes(text.begin(), text.end()); }
  static Bytes vector(const std::vector<Bytes>& items) {
    Bytes out = uleb(items.size());
    for (const Bytes& item : items) out.insert(out.end(), item.begin(), item.end());
    return out;
  }
  static Bytes section(std::uint8_t id, const std::vector<Bytes>& items) {
    if (items.empty()) return {};
    const Bytes contents = vector(items);
    return Bytes{id} + uleb(contents.size()) + contents;
  }

  std::vector<FuncType> types_;
  std::vector<Bytes> imports_, defined_, tables_, memories_, globals_, exports_, elements_, bodies_, data_,
      names_;
  Bytes start_;
  std::uint32_t functions_ = 0;
};

}  // namespace wasmjet::testing
