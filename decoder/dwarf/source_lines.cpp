#include "decoder/dwarf/source_lines.hpp"

#include <new>

namespace wasmjet::dwarf {

const LineTable& SourceLines::table() const {
  std::call_once(loaded_, [this] { load(); });
  return table_;
}

void SourceLines::load() const {
  constexpr std::uint8_t kCodeSection = 10;
  for (const SectionInfo& section : module_.sections) {
    if (section.id != kCodeSection) continue;
    code_begin_ = section.begin;
    try {
      table_ =
          read_line_table({module_.custom_section(".debug_line"), module_.custom_section(".debug_line_str"),
                           module_.custom_section(".debug_str")},
                          section.size);
    } catch (const std::bad_alloc&) {
      table_ = {};  // whoever asks has something more important to say
    }
    return;
  }
}

std::optional<SourcePlace> SourceLines::find(std::uint64_t offset) const {
  const LineTable& lines = table();
  if (offset < code_begin_) return std::nullopt;
  const LineRow* row = lines.find(offset - code_begin_);
  if (row == nullptr || row->line == 0) return std::nullopt;
  return SourcePlace{row->file, row->line, row->column};
}

std::string SourceLines::file(std::uint32_t file) const {
  const LineFile& known = table().files[file];
  if (known.directory.empty() || known.name.starts_with('/')) return std::string(known.name);
  return std::string(known.directory) + "/" + std::string(known.name);
}

std::string SourceLines::text(const SourcePlace& place) const {
  const std::string column = place.column == 0 ? "" : ":" + std::to_string(place.column);
  return file(place.file) + ":" + std::to_string(place.line) + column;
}

}  // namespace wasmjet::dwarf
