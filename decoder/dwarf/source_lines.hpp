#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "decoder/dwarf/line_table.hpp"
#include "decoder/module.hpp"

namespace wasmjet::dwarf {

/// A place in the source of a module.
struct SourcePlace {
  std::uint32_t file = 0;  ///< for SourceLines::file()
  std::uint32_t line = 0;
  std::uint32_t column = 0;  ///< 0: unknown

  bool operator==(const SourcePlace&) const = default;
};

/// Where a module's code comes from, by the DWARF in its custom sections (DWARF for WebAssembly: addresses
/// count from the start of the code section's contents). Such sections say nothing about what a module does,
/// so what is broken in them is ignored, never an error. They are read when the first place is asked for.
/// Thread-safe. The module must outlive it.
class SourceLines {
 public:
  explicit SourceLines(const Module& module) : module_(module) {}

  /// Whether nothing is known of any code.
  bool empty() const { return table().sequences.empty(); }
  /// Of the instruction at `offset` in Module::bytes. Inlined code is where it was written, not where it is
  /// used.
  std::optional<SourcePlace> find(std::uint64_t offset) const;
  /// The file's path as the compiler was given it. Any bytes may be in it.
  std::string file(std::uint32_t file) const;
  /// "src/main.c:12:7", without the column where it is unknown. Any bytes may be in it.
  std::string text(const SourcePlace& place) const;

 private:
  const LineTable& table() const;
  void load() const;

  const Module& module_;
  mutable std::once_flag loaded_;
  mutable std::uint32_t code_begin_ = 0;
  mutable LineTable table_;
};

}  // namespace wasmjet::dwarf
