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
  return type.heap() == HeapType::func ? "funcref" : "externref";
}

std::string to_string(const FuncType& type) {
  std::string text;
  append_list(text, type.params);
  text += " -> ";
  append_list(text, type.results);
  return text;
}

}  // namespace wasmjet
