#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "decoder/text/source_map.hpp"

namespace wasmjet::text {

using Bytes = std::vector<std::uint8_t>;

/// LEB128 of the shortest form, signed and unsigned (spec 5.2.2).
void put_unsigned(Bytes& out, std::uint64_t value);
void put_signed(Bytes& out, std::int64_t value);
/// The lowest `count` bytes, little-endian.
void put_fixed(Bytes& out, std::uint64_t bits, int count);
/// Length and bytes (spec 5.2.4).
void put_string(Bytes& out, std::string_view text);
void put_bytes(Bytes& out, const Bytes& bytes);

enum class SectionId : std::uint8_t {
  type = 1,
  import = 2,
  function = 3,
  table = 4,
  memory = 5,
  global = 6,
  export_ = 7,
  start = 8,
  element = 9,
  code = 10,
  data = 11,
  data_count = 12,
  tag = 13,
};
inline constexpr std::size_t kSectionIds = 14;

/// The sections in the order of the binary (spec 5.5.2).
inline constexpr std::array kSectionOrder = {
    SectionId::type,       SectionId::import, SectionId::function, SectionId::table, SectionId::memory,
    SectionId::tag,        SectionId::global, SectionId::export_,  SectionId::start, SectionId::element,
    SectionId::data_count, SectionId::code,   SectionId::data};

/// Where a custom section stands: relative to where another one is or would be.
class Placement {
 public:
  static constexpr Placement first() { return Placement(0); }
  static constexpr Placement before(SectionId id) { return Placement(2 * index_of(id) + 1); }
  static constexpr Placement after(SectionId id) { return Placement(2 * index_of(id) + 2); }
  static constexpr Placement last() { return Placement(kLast); }

  constexpr std::size_t slot() const { return slot_; }

 private:
  static constexpr std::size_t kLast = 2 * kSectionOrder.size() + 1;
  static constexpr std::size_t index_of(SectionId id) {
    std::size_t i = 0;
    while (kSectionOrder[i] != id) ++i;
    return i;
  }
  explicit constexpr Placement(std::size_t slot) : slot_(slot) {}

  std::size_t slot_;
};

/// Collects the entries of each section and puts the binary together (spec 5.5).
class ModuleWriter {
 public:
  /// What comes from now on is written at this offset of the text.
  void set_source(std::uint32_t text) { source_ = text; }
  /// Where to append one more entry of this section.
  Bytes& entry(SectionId id) { return entry(id, source_); }
  /// Likewise for one that is written at `source`.
  Bytes& entry(SectionId id, std::uint32_t source);
  /// The data count section is written only if this was called: nothing but instructions need it.
  void need_data_count() { need_data_count_ = true; }
  /// `rows` tell of the bytes that the section has from `base` on.
  void add_sources(SectionId id, std::size_t base, const SourceMap& rows);
  /// Sections of one placement stand in the order of the calls.
  void add_custom(Placement placement, Bytes contents) {
    customs_[placement.slot()].push_back(std::move(contents));
  }
  /// The binary; its source map is appended to `map` if that is given.
  Bytes finish(SourceMap* map) const;

 private:
  struct Section {
    std::uint32_t count = 0;
    Bytes bytes;
    SourceMap sources;
  };
  const Section& section(SectionId id) const { return sections_[static_cast<std::size_t>(id)]; }

  void put_customs(std::size_t slot, Bytes& out) const;
  void put_section(SectionId id, Bytes& out, SourceMap* map) const;

  std::array<Section, kSectionIds> sections_;
  std::array<std::vector<Bytes>, Placement::last().slot() + 1> customs_;
  std::uint32_t source_ = 0;
  bool need_data_count_ = false;
};

}  // namespace wasmjet::text
