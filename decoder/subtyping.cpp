#include "decoder/subtyping.hpp"

namespace wasmjet {

HeapType top_of_heap(HeapType heap) {
  switch (heap) {
    case HeapType::func:
    case HeapType::nofunc:
      return HeapType::func;
    case HeapType::extern_:
    case HeapType::noextern:
      return HeapType::extern_;
    case HeapType::exn:
    case HeapType::noexn:
      return HeapType::exn;
    default:
      return HeapType::any;
  }
}

namespace {

HeapType heap_of_form(TypeForm form) {
  switch (form) {
    case TypeForm::struct_:
      return HeapType::struct_;
    case TypeForm::array:
      return HeapType::array;
    case TypeForm::func:
      break;
  }
  return HeapType::func;
}

bool is_bottom_heap(HeapType heap) {
  return heap == HeapType::none || heap == HeapType::nofunc || heap == HeapType::noextern ||
         heap == HeapType::noexn;
}

/// Both are abstract.
bool is_abstract_subtype(HeapType sub, HeapType super) {
  if (sub == super || sub == HeapType::bottom) return true;
  if (super == HeapType::bottom || top_of_heap(sub) != top_of_heap(super)) return false;
  if (is_bottom_heap(sub) || super == top_of_heap(super)) return true;
  return super == HeapType::eq &&
         (sub == HeapType::i31 || sub == HeapType::struct_ || sub == HeapType::array);
}

/// Declared subtyping: `sub` or one of its supertypes is equal to `super`.
bool is_declared_subtype(const Module& module, std::uint32_t sub, std::uint32_t super) {
  const std::uint32_t wanted = module.type_defs[super].canonical;
  for (std::uint32_t type = sub; type != kNoType; type = module.type_defs[type].super) {
    if (module.type_defs[type].canonical == wanted) return true;
  }
  return false;
}

}  // namespace

bool is_heap_subtype(const Module& module, ValType sub, ValType super) {
  const bool sub_concrete = sub.heap() == HeapType::type;
  const bool super_concrete = super.heap() == HeapType::type;
  if (sub_concrete && super_concrete) {
    return is_declared_subtype(module, sub.type_index(), super.type_index());
  }
  if (sub_concrete) {
    return is_abstract_subtype(heap_of_form(module.type_defs[sub.type_index()].form), super.heap());
  }
  if (super_concrete) {
    const HeapType form = heap_of_form(module.type_defs[super.type_index()].form);
    return sub.heap() == HeapType::bottom ||
           (is_bottom_heap(sub.heap()) && top_of_heap(sub.heap()) == top_of_heap(form));
  }
  return is_abstract_subtype(sub.heap(), super.heap());
}

bool is_subtype(const Module& module, ValType sub, ValType super) {
  if (sub == super) return true;
  if (!sub.is_ref() || !super.is_ref()) return false;
  if (sub.is_nullable() && !super.is_nullable()) return false;
  return is_heap_subtype(module, sub, super);
}

bool are_equal(const Module& module, ValType a, ValType b) {
  return a == b || (is_subtype(module, a, b) && is_subtype(module, b, a));
}

bool are_subtypes(const Module& module, const std::vector<ValType>& sub, const std::vector<ValType>& super) {
  if (sub.size() != super.size()) return false;
  for (std::size_t i = 0; i < sub.size(); ++i) {
    if (!is_subtype(module, sub[i], super[i])) return false;
  }
  return true;
}

bool is_field_subtype(const Module& module, const FieldType& sub, const FieldType& super) {
  if (sub.is_mutable != super.is_mutable || sub.packing != super.packing) return false;
  return sub.is_mutable ? are_equal(module, sub.type, super.type) : is_subtype(module, sub.type, super.type);
}

ValType top_of(const Module& module, ValType type) {
  HeapType heap = type.heap();
  if (heap == HeapType::type) heap = heap_of_form(module.type_defs[type.type_index()].form);
  return ValType::reference(top_of_heap(heap));
}

bool detail::composite_matches(const Module& module, std::uint32_t sub, std::uint32_t super) {
  const TypeDef& a = module.type_defs[sub];
  const TypeDef& b = module.type_defs[super];
  if (a.form != b.form) return false;
  if (a.form == TypeForm::func) {
    return are_subtypes(module, module.types[super].params, module.types[sub].params) &&
           are_subtypes(module, module.types[sub].results, module.types[super].results);
  }
  if (a.fields.size() < b.fields.size()) return false;
  for (std::size_t i = 0; i < b.fields.size(); ++i) {
    if (!is_field_subtype(module, a.fields[i], b.fields[i])) return false;
  }
  return true;
}

}  // namespace wasmjet
