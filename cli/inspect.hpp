#pragma once

#include <string>

#include "cli/options.hpp"

namespace wasmjet::cli {

/// The parts of `inspect`. Each prints to standard output, returns the exit code and throws CommandError.

/// Sections, imports and exports as aligned text.
int inspect_sections(const std::string& path);
/// Compiles all functions and prints sizes, times and rates, one `key: value` a line.
int inspect_stats(const std::string& path);
/// The functions with the most machine code, or all: its bytes, Wasm's, and the time that compiling took.
int inspect_functions(const InspectOptions& options);
/// The machine code of one function (by index or name) or of all, with its Wasm instructions.
int inspect_disassembly(const InspectOptions& options);
/// The whole module in the text format.
int inspect_wat(const std::string& path);

/// The largest items of the file, or all, with their share of it, and their sum.
int inspect_sizes(const std::string& path, bool all);
/// Which function calls which, as a directed graph in Graphviz's language.
int inspect_call_graph(const std::string& path);
/// Writes the module without its custom sections to the file `output` and prints what that saves.
int inspect_strip(const std::string& path, const std::string& output);

}  // namespace wasmjet::cli
