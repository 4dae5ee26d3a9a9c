#include "cli/commands.hpp"
#include "cli/inspect.hpp"
#include "cli/module_file.hpp"

namespace wasmjet::cli {

int inspect_command(const InspectOptions& options) {
  if (options.stats) return inspect_stats(options.module);
  if (options.wat) return inspect_wat(options.module);
  if (options.sizes) return inspect_sizes(options.module, options.all);
  if (options.call_graph) return inspect_call_graph(options.module);
  if (options.strip) return inspect_strip(options.module, *options.strip);
  if (options.functions) return inspect_functions(options);
  if (options.disassemble) return inspect_disassembly(options);
  return inspect_sections(options.module);
}

}  // namespace wasmjet::cli
