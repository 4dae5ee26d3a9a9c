#include <algorithm>
#include <map>
#include <string>

#include "decoder/limits.hpp"
#include "decoder/sections.hpp"
#include "decoder/subtyping.hpp"

// The type section (spec 5.5.4): recursion groups of function, structure and array types.
namespace wasmjet::detail {

namespace {

std::vector<ValType> decode_result_type(ByteReader& in, std::string_view what, std::uint32_t limit) {
  const std::uint32_t n = in.count(what, limit);
  std::vector<ValType> types;
  types.reserve(n);
  for (std::uint32_t i = 0; i < n; ++i) types.push_back(in.val_type());
  return types;
}

FieldType decode_field(ByteReader& in) {
  constexpr std::uint8_t kI8 = 0x78;
  constexpr std::uint8_t kI16 = 0x77;
  FieldType field;
  const std::size_t type_at = in.offset();
  if (in.peek() == kI8 || in.peek() == kI16) {
    field.packing = in.byte() == kI8 ? FieldType::Packing::i8 : FieldType::Packing::i16;
    field.type = kI32;
  } else if (const auto type = in.try_val_type()) {
    field.type = *type;
  } else {
    in.malformed(type_at, "malformed storage type " + hex(in.peek()));
  }
  const std::size_t at = in.offset();
  const std::uint8_t mutability = in.byte();
  if (mutability > 1) in.malformed(at, "malformed mutability " + hex(mutability));
  field.is_mutable = mutability == 1;
  return field;
}

/// Decodes one group after the other; keeps what tells which groups are equal.
class TypeSection {
 public:
  TypeSection(ByteReader& in, Module& module) : in_(in), module_(module) {}

  void run() {
    const std::uint32_t n = in_.count("types", limits::kTypes);
    module_.types.reserve(std::min<std::size_t>(n, in_.remaining() / 3));
    for (std::uint32_t i = 0; i < n; ++i) group();
  }

 private:
  static constexpr std::uint8_t kRec = 0x4E;

  void group() {
    const auto begin = static_cast<std::uint32_t>(module_.types.size());
    const std::size_t at = in_.offset();
    std::uint32_t size = 1;
    if (in_.peek() == kRec) {
      in_.byte();
      size = in_.count("types in a recursion group", limits::kTypes);
    }
    if (size > limits::kTypes - begin) {
      in_.unsupported(at, "more than " + std::to_string(limits::kTypes) + " types");
    }
    in_.set_type_count(begin + size);
    std::vector<std::size_t> offsets;
    for (std::uint32_t i = 0; i < size; ++i) {
      offsets.push_back(in_.offset());
      sub_type(begin, size);
    }
    canonize(begin, size);
    for (std::uint32_t i = 0; i < size; ++i) check_super(begin + i, offsets[i]);
  }

  void sub_type(std::uint32_t group_begin, std::uint32_t group_size) {
    constexpr std::uint8_t kSubFinal = 0x4F;
    constexpr std::uint8_t kSub = 0x50;
    TypeDef def;
    def.group_begin = group_begin;
    def.group_size = group_size;
    if (in_.peek() == kSub || in_.peek() == kSubFinal) {
      def.is_final = in_.byte() == kSubFinal;
      const std::size_t at = in_.offset();
      const std::uint32_t supers = in_.count("supertypes", limits::kTypes);
      for (std::uint32_t i = 0; i < supers; ++i) {
        const std::size_t super_at = in_.offset();
        def.super = in_.u32();
        if (def.super >= module_.types.size()) in_.unknown(super_at, "type", def.super, module_.types.size());
      }
      if (supers > 1) in_.invalid(at, "sub type: a type may have only one supertype");
      if (supers == 1) set_depth(def, at);
    }
    composite(def);
  }

  void set_depth(TypeDef& def, std::size_t at) {
    const unsigned depth = module_.type_defs[def.super].depth + 1U;
    if (depth > limits::kSubtypingDepth) {
      in_.unsupported(at, "a type with more than " + std::to_string(limits::kSubtypingDepth) + " supertypes");
    }
    def.depth = static_cast<std::uint8_t>(depth);
  }

  void composite(TypeDef& def) {
    const std::size_t at = in_.offset();
    FuncType type;
    switch (const std::uint8_t form = in_.byte()) {
      case 0x60:
        type.params = decode_result_type(in_, "parameters", limits::kParams);
        type.results = decode_result_type(in_, "results", limits::kResults);
        break;
      case 0x5F: {
        def.form = TypeForm::struct_;
        const std::uint32_t n = in_.count("fields", limits::kFields, 2);
        def.fields.reserve(n);
        for (std::uint32_t i = 0; i < n; ++i) def.fields.push_back(decode_field(in_));
        break;
      }
      case 0x5E:
        def.form = TypeForm::array;
        def.fields.push_back(decode_field(in_));
        break;
      default:
        in_.malformed(at, "malformed definition type: malformed function type " + hex(form));
    }
    def.canonical = static_cast<std::uint32_t>(module_.types.size());
    module_.types.push_back(std::move(type));
    module_.type_defs.push_back(std::move(def));
  }

  /// Equal groups have equal keys: what they say, with indices relative within the group and canonical
  /// outside of it. (An ordered map, as a hash table's worst case would be at the mercy of the input.)
  void canonize(std::uint32_t begin, std::uint32_t size) {
    std::u32string key;
    for (std::uint32_t type = begin; type < begin + size; ++type) append_type(key, begin, type);
    const auto [first, is_new] = groups_.try_emplace(std::move(key), begin);
    if (is_new) return;
    for (std::uint32_t i = 0; i < size; ++i) module_.type_defs[begin + i].canonical = first->second + i;
  }

  void append_index(std::u32string& key, std::uint32_t begin, std::uint32_t index) const {
    if (index == kNoType) {
      key += char32_t{0};
    } else if (index >= begin) {
      key += char32_t{1};
      key += static_cast<char32_t>(index - begin);
    } else {
      key += char32_t{2};
      key += static_cast<char32_t>(module_.type_defs[index].canonical);
    }
  }

  void append_val_type(std::u32string& key, std::uint32_t begin, ValType type) const {
    if (!type.is_ref() || type.heap() != HeapType::type) {
      key += static_cast<char32_t>(type.code());
      return;
    }
    key += static_cast<char32_t>(ValType::type_reference(0, type.is_nullable()).code());
    append_index(key, begin, type.type_index());
  }

  void append_type(std::u32string& key, std::uint32_t begin, std::uint32_t index) const {
    const TypeDef& def = module_.type_defs[index];
    const FuncType& type = module_.types[index];
    key += static_cast<char32_t>(def.form);
    key += static_cast<char32_t>(def.is_final);
    append_index(key, begin, def.super);
    key += static_cast<char32_t>(def.fields.size());
    for (const FieldType& field : def.fields) {
      key += static_cast<char32_t>(field.packing);
      key += static_cast<char32_t>(field.is_mutable);
      append_val_type(key, begin, field.type);
    }
    key += static_cast<char32_t>(type.params.size());
    for (const ValType param : type.params) append_val_type(key, begin, param);
    key += static_cast<char32_t>(type.results.size());
    for (const ValType result : type.results) append_val_type(key, begin, result);
  }

  void check_super(std::uint32_t index, std::size_t at) {
    const TypeDef& def = module_.type_defs[index];
    if (def.super == kNoType) return;
    const TypeDef& super = module_.type_defs[def.super];
    const auto fail = [&](const std::string& reason) {
      in_.invalid(at, "sub type " + std::to_string(index) + " does not match super type " +
                          std::to_string(def.super) + ": " + reason);
    };
    if (super.is_final) fail("the super type is final");
    if (!composite_matches(module_, index, def.super)) fail("their definitions differ");
  }

  ByteReader& in_;
  Module& module_;
  std::map<std::u32string, std::uint32_t> groups_;
};

}  // namespace

void decode_type_section(ByteReader& in, Module& module) { TypeSection(in, module).run(); }

}  // namespace wasmjet::detail
