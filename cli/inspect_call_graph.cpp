#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "cli/errors.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#include "cli/module_file.hpp"
#include "decoder/code_reader.hpp"
#include "decoder/decoder.hpp"
#include "decoder/names.hpp"

namespace wasmjet::cli {
namespace {

/// What a function calls: each callee once, in order.
struct Callees {
  std::set<std::uint32_t> functions;
  std::set<std::uint32_t> tables;  ///< indirectly, by these
  bool by_reference = false;
};

Callees find_callees(const Module& module, std::uint32_t function) {
  const FunctionBody& body = module.body(function);
  CodeReader reader(module.bytes.data() + body.begin);
  for (std::uint32_t groups = reader.u32(); groups > 0; --groups) {
    reader.u32();
    reader.val_type();
  }
  Callees callees;
  for (const std::uint8_t* const end = module.bytes.data() + body.begin + body.size;
       reader.position() < end;) {
    const Opcode op = reader.opcode();
    switch (op) {
      case Opcode::call:
      case Opcode::return_call:
        callees.functions.insert(reader.u32());
        break;
      case Opcode::call_indirect:
      case Opcode::return_call_indirect:
        reader.u32();
        callees.tables.insert(reader.u32());
        break;
      case Opcode::call_ref:
      case Opcode::return_call_ref:
        reader.u32();
        callees.by_reference = true;
        break;
      default:
        reader.skip_immediates(op);
    }
  }
  return callees;
}

/// A string of Graphviz's language.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// Of each imported function.
std::vector<std::string> import_names(const Module& module) {
  std::vector<std::string> names;
  for (const Import& import : module.imports) {
    if (import.kind == ExternKind::function) names.push_back(import.module + "." + import.name);
  }
  return names;
}

std::string format_graph(const Module& module) {
  const FunctionNames names(module);
  const std::vector<std::string> imports = import_names(module);
  std::string out = "digraph calls {\n  node [shape=box];\n";
  std::set<std::uint32_t> tables;
  bool references = false;
  for (std::uint32_t f = 0; f < module.functions.size(); ++f) {
    if (module.is_imported_function(f)) {
      out += fmt::format("  f{} [label={}, style=dashed];\n", f, quoted(imports[f]));
      continue;
    }
    out += fmt::format("  f{} [label={}];\n", f, quoted(names.name(f)));
    const Callees callees = find_callees(module, f);
    for (const std::uint32_t callee : callees.functions) out += fmt::format("  f{} -> f{};\n", f, callee);
    for (const std::uint32_t table : callees.tables)
      out += fmt::format("  f{} -> t{} [style=dashed];\n", f, table);
    if (callees.by_reference) out += fmt::format("  f{} -> ref [style=dashed];\n", f);
    tables.insert(callees.tables.begin(), callees.tables.end());
    references |= callees.by_reference;
  }
  for (const std::uint32_t table : tables)
    out += fmt::format("  t{0} [label=\"table {0}\", shape=ellipse];\n", table);
  if (references) out += "  ref [label=\"a reference\", shape=ellipse];\n";
  return out + "}\n";
}

}  // namespace

int inspect_call_graph(const std::string& path) {
  std::string out;
  try {
    const Module module = decode_module(load_module(path));
    validate_functions(module);  // CodeReader checks nothing
    out = format_graph(module);
  } catch (const ModuleError&) {
    throw_module_failure(path);
  }
  return print_output(out);
}

}  // namespace wasmjet::cli
