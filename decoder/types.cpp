#include "decoder/types.hpp"

namespace wasmjet {

namespace {

void append_list(std::string& text, const std::vector<ValType>& types) {
  text += '(';
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i != 0) text += ", ";
    text += to_string(types[i]);
  }
  text += ')';
}

}  // namespace

std::string to_string(ValType type) {
  switch (type.kind()) {
    case ValKind::i32:
      return "i32";
    case ValKind::i64:
      return "i64";
    case ValKind::f32:
      return "f32";
    case ValKind::f64:
      return "f64";
    case ValKind::v128:
      return "v128";
    case ValKind::ref:
      break;
  }
  constexpr const char* kHeapTypes[] = {"bottom", "func", "extern", "any",    "eq",       "i31",  "struct",
                                        "array",  "exn",  "none",   "nofunc", "noextern", "noexn"};
  constexpr const char* kShort[] = {
      "(ref null bottom)", "funcref", "externref", "anyref",      "eqref",         "i31ref",    "structref",
      "arrayref",          "exnref",  "nullref",   "nullfuncref", "nullexternref", "nullexnref"};
  const auto heap = static_cast<std::size_t>(type.heap());
  const char* const open = type.is_nullable() ? "(ref null " : "(ref ";
  if (type.heap() == HeapType::type) return open + std::to_string(type.type_index()) + ")";
  return type.is_nullable() ? kShort[heap] : open + std::string(kHeapTypes[heap]) + ")";
}

std::string to_string(const FuncType& type) {
  std::string text;
  append_list(text, type.params);
  text += " -> ";
  append_list(text, type.results);
  return text;
}

}  // namespace wasmjet
