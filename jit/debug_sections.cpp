#include "jit/debug_sections.hpp"

#include <span>

#include "jit/byte_writer.hpp"
#include "jit/call_frame.hpp"

namespace wasmjet::jit {
namespace {

// DWARF 4, section 7.
enum : std::uint8_t {
  kTagCompileUnit = 0x11,
  kTagSubprogram = 0x2E,
  kAtName = 0x03,
  kAtStmtList = 0x10,
  kAtLowPc = 0x11,
  kAtHighPc = 0x12,
  kAtLanguage = 0x13,
  kAtProducer = 0x25,
  kAtExternal = 0x3F,
  kFormAddr = 0x01,
  kFormData2 = 0x05,
  kFormData8 = 0x07,
  kFormString = 0x08,
  kFormSecOffset = 0x17,
  kFormFlagPresent = 0x19,
  kLanguageC99 = 0x0C,
  kAddressSize = 8,
};
enum : std::uint8_t { kUnit = 1, kFunction = 2 };  // numbers of abbreviations
enum : std::uint8_t {
  kCopy = 1,
  kAdvancePc = 2,
  kAdvanceLine = 3,
  kSetFile = 4,
  kSetColumn = 5,
  kOpcodeBase = 10
};

std::uint64_t address(const NewCode& code, std::uint32_t offset) {
  return reinterpret_cast<std::uintptr_t>(code.begin) + offset;
}

/// A place for the length of what follows, and its filling in.
std::size_t begin_length(ByteWriter& out) {
  out.u32(0);
  return out.size();
}
void end_length(ByteWriter& out, std::size_t begin) { out.set_u32(begin - 4, out.size() - begin); }

void line_header(ByteWriter& out, const std::vector<std::string>& files) {
  const std::size_t header = begin_length(out);
  out.u8(1);  // smallest instruction: addresses count bytes
  out.u8(1);  // operations an instruction
  out.u8(1);  // rows are statements
  out.u8(0);  // line base: special opcodes are not used
  out.u8(1);  // line range
  out.u8(kOpcodeBase);
  for (const unsigned operands : {0, 1, 1, 1, 1, 0, 0, 0, 1}) out.u8(operands);
  out.u8(0);  // no directories
  for (const std::string& file : files) {
    out.string(file);
    for (int i = 0; i < 3; ++i) out.u8(0);  // directory, time, size
  }
  out.u8(0);
  end_length(out, header);
}

void line_sequence(ByteWriter& out, const NewCode& code, const CodeSymbol& symbol) {
  CodeLine state{symbol.offset, 0, 1, 0};
  out.u8(0);
  out.u8(1 + kAddressSize);
  out.u8(2);  // DW_LNE_set_address
  out.u64(address(code, symbol.offset));
  for (const CodeLine& line : std::span(code.lines).subspan(symbol.first_line, symbol.lines)) {
    out.u8(kAdvancePc);
    out.uleb(line.offset - state.offset);
    out.u8(kAdvanceLine);
    out.sleb(std::int64_t{line.line} - state.line);
    out.u8(kSetFile);
    out.uleb(std::uint64_t{line.file} + 1);
    out.u8(kSetColumn);
    out.uleb(line.column);
    out.u8(kCopy);
    state = line;
  }
  out.u8(kAdvancePc);
  out.uleb(symbol.offset + symbol.size - state.offset);
  out.u8(0);
  out.u8(1);
  out.u8(1);  // DW_LNE_end_sequence
}

}  // namespace

std::vector<char> make_debug_abbrev() {
  constexpr std::uint8_t kBytes[] = {
      kUnit,          kTagCompileUnit, 1,  // has children
      kAtProducer,    kFormString,     kAtLanguage, kFormData2,       kAtName,     kFormString, kAtStmtList,
      kFormSecOffset, kAtLowPc,        kFormAddr,   kAtHighPc,        kFormData8,  0,           0,
      kFunction,      kTagSubprogram,  0,           kAtName,          kFormString, kAtLowPc,    kFormAddr,
      kAtHighPc,      kFormData8,      kAtExternal, kFormFlagPresent, 0,           0,           0,
  };
  return {std::begin(kBytes), std::end(kBytes)};
}

std::vector<char> make_debug_info(const NewCode& code) {
  ByteWriter out;
  const std::size_t unit = begin_length(out);
  out.u16(4);  // version
  out.u32(0);  // its abbreviations
  out.u8(kAddressSize);
  out.uleb(kUnit);
  out.string("wasmjet");
  out.u16(kLanguageC99);
  out.string(code.files.empty() ? "wasm" : code.files.front());
  out.u32(0);  // its lines
  out.u64(address(code, 0));
  out.u64(code.size);
  for (const CodeSymbol& symbol : code.symbols) {
    if (symbol.lines == 0) continue;
    out.uleb(kFunction);
    out.string(symbol.name);
    out.u64(address(code, symbol.offset));
    out.u64(symbol.size);
  }
  out.u8(0);  // no more functions
  end_length(out, unit);
  return out.take();
}

std::vector<char> make_debug_line(const NewCode& code) {
  ByteWriter out;
  const std::size_t unit = begin_length(out);
  out.u16(4);
  line_header(out, code.files);
  for (const CodeSymbol& symbol : code.symbols) {
    if (symbol.lines != 0) line_sequence(out, code, symbol);
  }
  end_length(out, unit);
  return out.take();
}

std::vector<char> make_debug_frame(const NewCode& code, const UnwindRules& rules) {
  ByteWriter out;
  const auto instructions = [&](std::span<const std::uint8_t> bytes) {
    out.bytes(bytes.data(), bytes.size());
  };
  const std::size_t common = begin_length(out);
  out.u32(0xFFFFFFFF);
  out.u8(1);  // version
  out.u8(0);  // no augmentation
  out.uleb(rules.code_step);
  out.sleb(-8);
  out.u8(rules.return_column);
  instructions(rules.initial);
  out.pad_to(8);
  end_length(out, common);
  for (const CodeSymbol& symbol : code.symbols) {
    const std::size_t entry = begin_length(out);
    out.u32(0);  // the common part
    out.u64(address(code, symbol.offset));
    out.u64(symbol.size);
    if (symbol.frame_begin != 0) {
      out.u8(call_frame::kAdvance2);
      out.u16(static_cast<std::uint16_t>(symbol.frame_begin / rules.code_step));
    }
    if (symbol.kind != CodeKind::jump) instructions(rules.linked);
    if (symbol.kind == CodeKind::entry) instructions(rules.entry);
    out.pad_to(8);
    end_length(out, entry);
  }
  static_assert(call_frame::kNop == 0, "padding is made of instructions that do nothing");
  return out.take();
}

}  // namespace wasmjet::jit
