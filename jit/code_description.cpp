#include "jit/code_description.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <unordered_map>

#include "decoder/byte_reader.hpp"
#include "decoder/names.hpp"
#include "decoder/utf8.hpp"
#include "jit/unwind_rules.hpp"

namespace wasmjet::jit {
namespace {

constexpr std::size_t kLongestName = 300;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Collects the lines of a module's functions.
class LineCollector {
 public:
  LineCollector(const CompileOptions& options, std::uint32_t linked_bytes, NewCode& out)
      : source_(options.source_lines), linked_bytes_(linked_bytes), out_(out) {
    // No file has this name: tools would show lines of the module's bytes.
    out_.files.push_back("<" + symbol_name(options.module_name) + ">");
  }

  /// `marks` are those of the function, which begins at `wasm_begin` in the module's bytes.
  void add(CodeSymbol& symbol, std::uint32_t wasm_begin, std::span<const InstructionMark> marks) {
    symbol.first_line = static_cast<std::uint32_t>(out_.lines.size());
    add_source(symbol.offset, wasm_begin);
    for (const InstructionMark& mark : marks) add_source(mark.code_offset, mark.wasm_offset);
    if (out_.lines.size() == symbol.first_line) {
      out_.lines.push_back({symbol.offset, 0, wasm_begin, 0});
      for (const InstructionMark& mark : marks)
        out_.lines.push_back({mark.code_offset, 0, mark.wasm_offset, 0});
    }
    divide_first_line(symbol);
    symbol.lines = static_cast<std::uint32_t>(out_.lines.size()) - symbol.first_line;
    last_ = {};
  }

 private:
  /// A debugger's breakpoint at a function is where a line begins behind the linking of its frame.
  void divide_first_line(const CodeSymbol& symbol) {
    const auto first = out_.lines.begin() + symbol.first_line;
    first->offset = symbol.offset;
    if (symbol.frame_begin == symbol.size) return;  // it links none
    CodeLine second = *first;
    second.offset += symbol.frame_begin + linked_bytes_;
    if (std::next(first) == out_.lines.end() || std::next(first)->offset > second.offset) {
      out_.lines.insert(std::next(first), second);
    }
  }

  void add_source(std::uint32_t code_offset, std::uint32_t wasm_offset) {
    if (source_ == nullptr) return;
    const auto place = source_->find(wasm_offset);
    if (!place || place == last_) return;
    last_ = place;
    out_.lines.push_back({code_offset, file(place->file), place->line, place->column});
  }

  std::uint32_t file(std::uint32_t source_file) {
    const auto [known, is_new] =
        files_.try_emplace(source_file, static_cast<std::uint32_t>(out_.files.size()));
    if (is_new) out_.files.push_back(symbol_name(source_->file(source_file)));
    return known->second;
  }

  const dwarf::SourceLines* source_;
  const std::uint32_t linked_bytes_;
  NewCode& out_;
  std::unordered_map<std::uint32_t, std::uint32_t> files_;
  std::optional<dwarf::SourcePlace> last_;
};

std::span<const InstructionMark> marks_within(const std::vector<InstructionMark>& marks, std::uint32_t begin,
                                              std::uint32_t end) {
  const auto first = std::ranges::lower_bound(marks, begin, {}, &InstructionMark::code_offset);
  const auto last = std::ranges::lower_bound(first, marks.end(), end, {}, &InstructionMark::code_offset);
  return {first, last};
}

}  // namespace

std::string symbol_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    if (out.size() >= kLongestName) return out + "...";
    const std::size_t sound = valid_utf8_prefix(bytes_of(name.substr(0, 4)));
    const bool is_sound = sound != 0;
    const CodePoint point = is_sound ? first_code_point(name) : CodePoint{0, 1};
    if (is_sound && point.value == ' ') {
      out += '_';
    } else if (is_sound && !is_shapeless(point.value)) {
      out += name.substr(0, point.size);
    } else {
      for (const std::uint8_t byte : bytes_of(name.substr(0, point.size))) out += "\\x" + bare_hex(byte);
    }
    name.remove_prefix(point.size);
  }
  return out.empty() ? "_" : out;
}

NewCode describe_module(const Module& module, const CompiledCode& code, const CompileOptions& options,
                        Target target, bool with_lines) {
  NewCode out;
  out.begin = code.code_map.begin;
  out.size = code.code_map.size;
  const FunctionNames names(module);
  LineCollector lines(options, unwind_rules(target).linked_bytes, out);
  const std::vector<CodeFunction>& compiled = code.code_map.functions;
  auto next = compiled.begin();
  for (std::uint32_t i = 0; i < code.entries.size(); ++i) {
    const std::uint32_t function = module.imported_functions + i;
    CodeSymbol symbol;
    symbol.name = symbol_name(names.name(function));
    symbol.offset = code.entries[i];
    if (next != compiled.end() && next->function == function) {
      symbol.size = next->code_end - next->code_begin;
      symbol.frame_begin = next->frame_begin;
      if (with_lines)
        lines.add(symbol, next->wasm_begin, marks_within(code.marks, next->code_begin, next->code_end));
      ++next;
    } else {
      const std::size_t end = i + 1 < code.entries.size() ? code.entries[i + 1] : out.size;
      symbol.size = static_cast<std::uint32_t>(end - symbol.offset);
      symbol.name += "[interpreted]";
      symbol.kind = CodeKind::jump;
    }
    out.symbols.push_back(std::move(symbol));
  }
  return out;
}

}  // namespace wasmjet::jit
