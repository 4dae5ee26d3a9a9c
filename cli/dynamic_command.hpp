#pragma once

namespace wasmjet::cli {

/// Continues as the program at `path`, relative to the folder of the command's own file, with the same
/// arguments, descriptors and environment: the command linked with the dynamic loader, which the
/// disassemblers' libraries need. The command that starts is linked without it where that can be done
/// (docs/architecture.md, Start-up). To be called before anything was read, written or started. Throws
/// CommandError if there is no such program.
[[noreturn]] void continue_as_dynamic_command(const char* path, char** argv);

}  // namespace wasmjet::cli
