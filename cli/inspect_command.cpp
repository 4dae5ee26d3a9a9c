#include "cli/commands.hpp"
#include "cli/inspect.hpp"
#include "cli/module_file.hpp"

namespace wasmjet::cli {

int inspect_command(const InspectOptions& options) {
  if (options.stats) return inspect_stats(options.module);
  if (options.wat) return inspect_wat(options.module);
  if (options.disassemble) return inspect_disassembly(options);
  return inspect_sections(options.module);
}

}  // namespace wasmjet::cli
