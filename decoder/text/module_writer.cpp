#include "decoder/text/module_writer.hpp"

namespace wasmjet::text {

void put_unsigned(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put_signed(Bytes& out, std::int64_t value) {
  while (value < -0x40 || value >= 0x40) {
    out.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(value & 0x7F));
}

void put_fixed(Bytes& out, std::uint64_t bits, int count) {
  for (int i = 0; i < count; ++i) out.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
}

void put_string(Bytes& out, std::string_view text) {
  put_unsigned(out, text.size());
  out.insert(out.end(), text.begin(), text.end());
}

void put_bytes(Bytes& out, const Bytes& bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

Bytes& ModuleWriter::entry(SectionId id, std::uint32_t source) {
  Section& section = sections_[static_cast<std::size_t>(id)];
  ++section.count;
  section.sources.push_back({section.bytes.size(), source});
  return section.bytes;
}

void ModuleWriter::add_sources(SectionId id, std::size_t base, const SourceMap& rows) {
  SourceMap& sources = sections_[static_cast<std::size_t>(id)].sources;
  for (const SourceRow& row : rows) sources.push_back({base + row.binary, row.text});
}

void ModuleWriter::put_customs(std::size_t slot, Bytes& out) const {
  for (const Bytes& contents : customs_[slot]) {
    constexpr std::uint8_t kCustom = 0;
    out.push_back(kCustom);
    put_unsigned(out, contents.size());
    put_bytes(out, contents);
  }
}

void ModuleWriter::put_section(SectionId id, Bytes& out, SourceMap* map) const {
  const bool is_count = id == SectionId::data_count;
  Bytes contents;
  if (is_count) {
    if (!need_data_count_) return;
    put_unsigned(contents, section(SectionId::data).count);
  } else {
    if (section(id).count == 0) return;
    if (id != SectionId::start) put_unsigned(contents, section(id).count);
    put_bytes(contents, section(id).bytes);
  }
  out.push_back(static_cast<std::uint8_t>(id));
  put_unsigned(out, contents.size());
  put_bytes(out, contents);
  if (map == nullptr || is_count) return;
  const std::size_t base = out.size() - section(id).bytes.size();
  for (const SourceRow& row : section(id).sources) map->push_back({base + row.binary, row.text});
}

Bytes ModuleWriter::finish(SourceMap* map) const {
  Bytes out = {0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00};
  put_customs(Placement::first().slot(), out);
  for (const SectionId id : kSectionOrder) {
    put_customs(Placement::before(id).slot(), out);
    put_section(id, out, map);
    put_customs(Placement::after(id).slot(), out);
  }
  put_customs(Placement::last().slot(), out);
  return out;
}

}  // namespace wasmjet::text
