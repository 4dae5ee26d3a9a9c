#include "decoder/dwarf/line_header.hpp"

namespace wasmjet::dwarf {
namespace {

// DWARF 5, sections 7.5.6 and 7.22: how entries of directories and files are written.
enum Form : std::uint16_t {
  kBlock2 = 0x03,
  kBlock4 = 0x04,
  kData2 = 0x05,
  kData4 = 0x06,
  kData8 = 0x07,
  kString = 0x08,
  kBlock = 0x09,
  kBlock1 = 0x0A,
  kData1 = 0x0B,
  kStrp = 0x0E,
  kUdata = 0x0F,
  kData16 = 0x1E,
  kLineStrp = 0x1F,
};
enum Content : std::uint16_t { kPath = 1, kDirectoryIndex = 2 };

/// Of directories and of files: entries take as little as two bytes of a module, and more in memory.
constexpr std::uint64_t kMostEntries = 1U << 20;

struct EntryFormat {
  std::uint64_t content = 0;
  std::uint64_t form = 0;
};

std::string_view string_at(std::span<const std::uint8_t> section, std::uint64_t offset) {
  if (offset >= section.size()) return {};
  return DwarfReader(section.subspan(static_cast<std::size_t>(offset))).string();
}

class HeaderReader {
 public:
  HeaderReader(DwarfReader& in, bool is_64, const LineSections& sections)
      : in_(in), is_64_(is_64), sections_(sections) {}

  LineHeader read() {
    LineHeader header;
    header.version = in_.u16();
    if (header.version < 2 || header.version > 5) in_.fail("unknown version of .debug_line");
    if (header.version >= 5) in_.skip(2);  // sizes of addresses and of segment selectors
    const std::uint64_t length = in_.offset_value(is_64_);
    DwarfReader rest(in_.bytes(length));
    read_numbers(rest, header);
    if (header.version >= 5) {
      read_tables(rest, header);
    } else {
      read_old_tables(rest, header);
    }
    return header;
  }

 private:
  static void read_numbers(DwarfReader& in, LineHeader& header) {
    header.minimum_instruction_length = in.u8();
    if (header.version >= 4 && in.u8() != 1) in.fail("several operations an instruction");
    in.skip(1);  // whether rows are statements by default
    header.line_base = static_cast<std::int8_t>(in.u8());
    header.line_range = in.u8();
    header.opcode_base = in.u8();
    if (header.line_range == 0 || header.opcode_base == 0) in.fail("a zero in the header of .debug_line");
    for (unsigned opcode = 1; opcode < header.opcode_base; ++opcode)
      header.operand_counts[opcode - 1] = in.u8();
  }

  static void check_count(DwarfReader& in, std::uint64_t count) {
    if (count > kMostEntries) in.fail("too many files or directories");
  }

  static void read_old_tables(DwarfReader& in, LineHeader& header) {
    std::vector<std::string_view> directories{{}};  // 0 is where the compiler ran
    for (std::string_view text = in.string(); !text.empty(); text = in.string()) {
      directories.push_back(text);
      check_count(in, directories.size());
    }
    for (std::string_view text = in.string(); !text.empty(); text = in.string()) {
      const std::uint64_t directory = in.uleb();
      in.uleb();  // time
      in.uleb();  // size
      header.files.push_back({directory < directories.size() ? directories[directory] : "", text});
      check_count(in, header.files.size());
    }
  }

  void read_tables(DwarfReader& in, LineHeader& header) {
    std::vector<std::string_view> directories;
    read_entries(in, [&](std::string_view path, std::uint64_t) { directories.push_back(path); });
    if (!directories.empty()) directories[0] = {};  // where the compiler ran
    read_entries(in, [&](std::string_view path, std::uint64_t directory) {
      header.files.push_back({directory < directories.size() ? directories[directory] : "", path});
    });
  }

  template <class Take>
  void read_entries(DwarfReader& in, const Take& take) {
    std::vector<EntryFormat> formats(in.u8());
    for (EntryFormat& format : formats) format = {in.uleb(), in.uleb()};
    const std::uint64_t count = in.uleb();
    if (count != 0 && formats.empty()) in.fail("entries of no size");
    check_count(in, count);
    for (std::uint64_t i = 0; i < count; ++i) {
      std::string_view path;
      std::uint64_t directory = 0;
      for (const EntryFormat& format : formats) {
        if (format.content == kPath) {
          path = read_string(in, format.form);
        } else {
          const std::uint64_t value = read_number(in, format.form);
          if (format.content == kDirectoryIndex) directory = value;
        }
      }
      take(path, directory);
    }
  }

  std::string_view read_string(DwarfReader& in, std::uint64_t form) const {
    switch (form) {
      case kString:
        return in.string();
      case kLineStrp:
        return string_at(sections_.line_strings, in.offset_value(is_64_));
      case kStrp:
        return string_at(sections_.strings, in.offset_value(is_64_));
      default:
        in.fail("a form that is none of a path's");
    }
  }

  /// The value of a form, or 0 of one that is no number (a checksum, say). Every form takes a byte at least.
  static std::uint64_t read_number(DwarfReader& in, std::uint64_t form) {
    switch (form) {
      case kData1:
        return in.u8();
      case kData2:
        return in.u16();
      case kData4:
        return in.u32();
      case kData8:
        return in.u64();
      case kUdata:
        return in.uleb();
      case kData16:
        in.skip(16);
        return 0;
      case kBlock:
        in.skip(in.uleb());
        return 0;
      case kBlock1:
        in.skip(in.u8());
        return 0;
      case kBlock2:
        in.skip(in.u16());
        return 0;
      case kBlock4:
        in.skip(in.u32());
        return 0;
      default:
        in.fail("an unknown form in the header of .debug_line");
    }
  }

  DwarfReader& in_;
  const bool is_64_;
  const LineSections& sections_;
};

}  // namespace

LineHeader read_line_header(DwarfReader& in, bool is_64, const LineSections& sections) {
  return HeaderReader(in, is_64, sections).read();
}

}  // namespace wasmjet::dwarf
