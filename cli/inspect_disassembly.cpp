#include <string>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/inspect.hpp"
#include "cli/io.hpp"
#include "cli/units.hpp"
#ifdef WASMJET_JIT
#include "cli/inspect_compiled.hpp"
#include "jit/disassembler.hpp"
#endif

namespace wasmjet::cli {

#ifdef WASMJET_JIT
namespace {

/// The function that `text`, an index, a name or an export's name, stands for.
std::uint32_t find_function(const CompiledModule& compiled, const std::string& path,
                            const std::string& text) {
  const Module& module = compiled.module();
  const auto count = static_cast<std::uint32_t>(module.functions.size());
  if (const auto number = parse_number(text, UINT32_MAX)) {
    const auto index = static_cast<std::uint32_t>(*number);
    if (index < count && !module.is_imported_function(index)) return index;
    throw CommandError{kExitFailure, path + ": no defined function " + text + "; they are " +
                                         std::to_string(module.imported_functions) + " to " +
                                         std::to_string(count) + " (exclusive)"};
  }
  for (std::uint32_t f = module.imported_functions; f < count; ++f) {
    if (compiled.function_name(f) == text) return f;
  }
  for (const Export& exported : module.exports) {
    if (exported.kind == ExternKind::function && exported.name == text &&
        !module.is_imported_function(exported.index)) {
      return exported.index;
    }
  }
  throw CommandError{kExitFailure, path + ": no defined function named '" + text + "'"};
}

}  // namespace

int inspect_disassembly(const InspectOptions& inspected) {
  CompileOptions options;
  options.instruction_map = true;
  const InspectedCode inspectee(inspected, options);
  const CompiledModule& compiled = inspectee.module();
  const auto name = [&](std::uint32_t f) { return printable(compiled.function_name(f)); };
  const auto line = [&](std::uint32_t offset) {
    auto place = compiled.source_lines().find(offset);
    if (!place) return std::string();
    place->column = 0;
    return printable(compiled.source_lines().text(*place));
  };
  const auto print = [&](std::uint32_t f) {
    return print_output(
        jit::disassemble(compiled.module(), inspectee.code(), f, name, inspectee.target(), line));
  };
  if (inspected.function) return print(find_function(compiled, inspected.module, *inspected.function));
  for (std::uint32_t f = compiled.module().imported_functions; f < compiled.module().functions.size(); ++f) {
    if (const int exit_code = print(f); exit_code != kExitSuccess) return exit_code;
  }
  return kExitSuccess;
}

#else

int inspect_disassembly(const InspectOptions&) {
  throw CommandError{kExitFailure, "inspect --disasm: this build has no compiler"};
}

#endif

}  // namespace wasmjet::cli
