#include "jit/debug_object.hpp"

#include <elf.h>

#include <string_view>

#include "jit/byte_writer.hpp"
#include "jit/debug_sections.hpp"
#include "jit/unwind_rules.hpp"

namespace wasmjet::jit {
namespace {

constexpr std::uint16_t kText = 1;  // number of its section

/// A section header, and the contents that it stands for.
struct Section {
  std::string_view name;
  Elf64_Shdr header{};
  std::vector<char> contents{};
};

Section debug_section(std::string_view name, std::vector<char> contents) {
  Section section{name, {}, std::move(contents)};
  section.header.sh_type = SHT_PROGBITS;
  section.header.sh_addralign = 1;
  return section;
}

Section text_section(const NewCode& code) {
  Section section{".text"};
  section.header.sh_type = SHT_NOBITS;
  section.header.sh_flags = SHF_ALLOC | SHF_EXECINSTR;
  section.header.sh_addr = reinterpret_cast<std::uintptr_t>(code.begin);
  section.header.sh_size = code.size;
  section.header.sh_addralign = 16;
  return section;
}

/// .symtab and its .strtab, which is to be section `strings`.
void add_symbols(const NewCode& code, std::vector<Section>& sections) {
  ByteWriter names;
  names.u8(0);
  ByteWriter symbols;
  const Elf64_Sym none{};
  symbols.bytes(&none, sizeof none);
  for (const CodeSymbol& symbol : code.symbols) {
    Elf64_Sym entry{};
    entry.st_name = static_cast<Elf64_Word>(names.size());
    entry.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
    entry.st_shndx = kText;
    entry.st_value = reinterpret_cast<std::uintptr_t>(code.begin) + symbol.offset;
    entry.st_size = symbol.size;
    symbols.bytes(&entry, sizeof entry);
    names.string(symbol.name);
  }
  Section table = debug_section(".symtab", symbols.take());
  table.header.sh_type = SHT_SYMTAB;
  table.header.sh_entsize = sizeof(Elf64_Sym);
  table.header.sh_addralign = alignof(Elf64_Sym);
  table.header.sh_info = 1;  // the first global symbol
  table.header.sh_link = static_cast<Elf64_Word>(sections.size() + 1);
  sections.push_back(std::move(table));
  Section strings = debug_section(".strtab", names.take());
  strings.header.sh_type = SHT_STRTAB;
  sections.push_back(std::move(strings));
}

void add_section_names(std::vector<Section>& sections) {
  Section names = debug_section(".shstrtab", {});
  names.header.sh_type = SHT_STRTAB;
  sections.push_back(std::move(names));
  ByteWriter text;
  for (Section& section : sections) {
    section.header.sh_name = static_cast<Elf64_Word>(text.size());
    text.string(section.name);
  }
  sections.back().contents = text.take();
}

std::vector<char> assemble(std::vector<Section> sections, Elf64_Half machine) {
  ByteWriter out;
  Elf64_Ehdr header{};
  out.bytes(&header, sizeof header);
  for (Section& section : sections) {
    if (section.header.sh_type == SHT_NOBITS || section.header.sh_type == SHT_NULL) continue;
    out.pad_to(8);
    section.header.sh_offset = out.size();
    section.header.sh_size = section.contents.size();
    out.bytes(section.contents.data(), section.contents.size());
  }
  out.pad_to(8);
  constexpr unsigned char kIdent[EI_NIDENT] = {ELFMAG0,    ELFMAG1,     ELFMAG2,    ELFMAG3,
                                               ELFCLASS64, ELFDATA2LSB, EV_CURRENT, ELFOSABI_NONE};
  std::memcpy(header.e_ident, kIdent, sizeof kIdent);
  header.e_type = ET_EXEC;  // addresses are what they are
  header.e_machine = machine;
  header.e_version = EV_CURRENT;
  header.e_shoff = out.size();
  header.e_ehsize = sizeof header;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = static_cast<Elf64_Half>(sections.size());
  header.e_shstrndx = static_cast<Elf64_Half>(sections.size() - 1);
  for (const Section& section : sections) out.bytes(&section.header, sizeof section.header);
  std::vector<char> file = out.take();
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

}  // namespace

std::vector<char> make_debug_object(const NewCode& code, Target target) {
  std::vector<Section> sections;
  sections.push_back({""});
  sections.push_back(text_section(code));
  sections.push_back(debug_section(".debug_frame", make_debug_frame(code, unwind_rules(target))));
  if (!code.lines.empty()) {
    sections.push_back(debug_section(".debug_abbrev", make_debug_abbrev()));
    sections.push_back(debug_section(".debug_info", make_debug_info(code)));
    sections.push_back(debug_section(".debug_line", make_debug_line(code)));
  }
  add_symbols(code, sections);
  add_section_names(sections);
  return assemble(std::move(sections), target == Target::x64 ? EM_X86_64 : EM_AARCH64);
}

}  // namespace wasmjet::jit
