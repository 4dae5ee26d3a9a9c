#pragma once

namespace wasmjet::cli {

/// Continues as another program, with the same arguments, descriptors and environment: the command linked
/// with the dynamic loader, which the disassemblers' libraries need. The command that starts is linked
/// without it where that can be done (docs/architecture.md, Start-up). It is at `installed`, or at `built` in
/// a build folder, either relative to the folder of the command's own file or absolute; and belongs to root,
/// the user, or the owner of the command. To be called before anything was read, written or started. Throws
/// CommandError if there is no such program.
[[noreturn]] void continue_as_dynamic_command(const char* installed, const char* built, char** argv);

}  // namespace wasmjet::cli
