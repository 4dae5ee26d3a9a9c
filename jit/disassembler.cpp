#include "jit/disassembler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "decoder/text/printer/instruction_text.hpp"
#include "jit/a64/instruction_decoder.hpp"
#include "jit/x64/instruction_decoder.hpp"

namespace wasmjet::jit {
namespace {

/// A machine instruction, or a piece of data between them. Offsets count from the function's first byte.
struct Line {
  std::uint32_t offset = 0;
  std::string text;                      ///< without its target
  std::optional<std::int64_t> target{};  ///< of a direct jump or call, or of a jump table's row
  bool is_call = false;
};

/// One function's code, decoded from its first byte to its last.
class FunctionListing {
 public:
  FunctionListing(const CodeMap& map, const CodeFunction& function, std::vector<InstructionMark> marks,
                  InstructionDecoder& decoder);
  std::vector<ListingLine> lines(const Module& module, const FunctionNamer& name) const;

 private:
  void decode();
  std::uint32_t add_instruction(std::uint32_t offset);
  void add_data(std::uint32_t offset);
  bool inside(std::int64_t offset) const {
    return offset >= 0 && offset < static_cast<std::int64_t>(code_.size());
  }
  std::uint32_t body_end(const Module& module) const;
  std::string target_text(const Line& line, const std::map<std::int64_t, unsigned>& labels,
                          const FunctionNamer& name) const;

  const CodeMap& map_;
  const CodeFunction& function_;
  std::span<const std::uint8_t> code_;
  std::vector<InstructionMark> marks_;  ///< of this function, code_offset from its first byte
  InstructionDecoder& decoder_;
  std::vector<Line> lines_;
  std::uint32_t data_ = UINT32_MAX;  ///< where jump tables and constants begin, as far as is known
};

FunctionListing::FunctionListing(const CodeMap& map, const CodeFunction& function,
                                 std::vector<InstructionMark> marks, InstructionDecoder& decoder)
    : map_(map),
      function_(function),
      code_(map.begin + function.code_begin, function.code_end - function.code_begin),
      marks_(std::move(marks)),
      decoder_(decoder) {
  decode();
}

void FunctionListing::decode() {
  std::uint32_t offset = 0;
  while (offset < code_.size() && offset < data_) offset = add_instruction(offset);
  add_data(offset);
}

/// Jump tables and constants: eight bytes each, an address within the function or a number.
void FunctionListing::add_data(std::uint32_t offset) {
  for (; offset + 8 <= code_.size(); offset += 8) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, code_.data() + offset, 8);
    const auto target = static_cast<std::int64_t>(bits - reinterpret_cast<std::uintptr_t>(code_.data()));
    if (inside(target)) {
      lines_.push_back({offset, ".quad", target});
    } else {
      lines_.push_back({offset, fmt::format(".quad {:#018x}", bits)});
    }
  }
}

std::uint32_t FunctionListing::add_instruction(std::uint32_t offset) {
  DecodedInstruction instruction = decoder_.decode(code_, offset);
  // What instructions refer to within the function is data, which stands behind the code.
  if (instruction.data && inside(*instruction.data)) {
    data_ = std::min(data_, static_cast<std::uint32_t>(*instruction.data));
  }
  lines_.push_back({offset, std::move(instruction.text), instruction.target, instruction.is_call});
  return offset + instruction.bytes;
}

std::string FunctionListing::target_text(const Line& line, const std::map<std::int64_t, unsigned>& labels,
                                         const FunctionNamer& name) const {
  const std::int64_t target = *line.target;
  const auto label = labels.find(target);
  if (!line.is_call && label != labels.end()) return fmt::format("L{}", label->second);
  const std::int64_t place = target + function_.code_begin;
  const auto behind = std::ranges::upper_bound(map_.functions, place, {}, &CodeFunction::code_begin);
  if (line.is_call && behind != map_.functions.begin()) {
    const CodeFunction& callee = *std::prev(behind);
    const std::int64_t within = place - callee.code_begin;
    const std::string entry = fmt::format("func[{}] <{}>", callee.function, name(callee.function));
    if (within == 0) return entry;
    if (within == callee.frame_begin) return fmt::format("{}+{:#x}", entry, within);
  }
  return fmt::format("{}{:#x}", target < 0 ? "-" : "+", target < 0 ? -target : target);
}

/// Offset of the end of the function's body.
std::uint32_t FunctionListing::body_end(const Module& module) const {
  if (function_.function >= module.functions.size()) return 0;
  const FunctionBody& body = module.body(function_.function);
  return body.begin + body.size;
}

/// The instructions from `begin` to `end`: one that has a mark, and those behind it that were compiled
/// together with it (or not at all) and have none. At least one.
void add_wasm(const Module& module, std::uint32_t begin, std::uint32_t end, std::vector<ListingLine>& out) {
  do {
    text::InstructionText instruction = text::instruction_text(module, begin);
    out.push_back({ListingLine::Kind::wasm, begin, std::move(instruction.text)});
    begin = instruction.next;
  } while (begin < end);
}

std::vector<ListingLine> FunctionListing::lines(const Module& module, const FunctionNamer& name) const {
  std::map<std::int64_t, unsigned> labels;
  for (const Line& line : lines_) {
    if (line.target && !line.is_call && inside(*line.target)) labels.emplace(*line.target, 0);
  }
  unsigned count = 0;
  for (auto& [place, number] : labels) number = ++count;

  std::vector<ListingLine> out;
  auto mark = marks_.begin();
  const std::uint32_t wasm_end = body_end(module);
  for (const Line& line : lines_) {
    for (; mark != marks_.end() && mark->code_offset <= line.offset; ++mark) {
      const auto next = std::next(mark);
      add_wasm(module, mark->wasm_offset, next == marks_.end() ? wasm_end : next->wasm_offset, out);
    }
    if (const auto label = labels.find(line.offset); label != labels.end()) {
      out.push_back({ListingLine::Kind::label, line.offset, fmt::format("L{}", label->second)});
    }
    const std::string target = line.target ? " " + target_text(line, labels, name) : "";
    out.push_back({ListingLine::Kind::machine, line.offset, line.text + target});
  }
  return out;
}

std::string text_of(const ListingLine& line) {
  switch (line.kind) {
    case ListingLine::Kind::wasm:
      return fmt::format("{:#08x}: {}\n", line.offset, line.text);
    case ListingLine::Kind::label:
      return line.text + ":\n";
    case ListingLine::Kind::machine:
      break;
  }
  return fmt::format("  {:6x}  {}\n", line.offset, line.text);
}

/// The line that says that the source is now at `place`, if it was elsewhere.
std::string change_of(std::string& last, std::string place) {
  if (place == last) return "";
  last = std::move(place);
  return last.empty() ? "" : fmt::format("; {}\n", last);
}

/// The marks within a function, counted from its beginning. Both lists are in the order of the code.
std::vector<InstructionMark> marks_of(const ModuleCode& code, const CodeFunction& function) {
  const std::vector<InstructionMark>& all = code.instruction_map();
  auto mark = std::ranges::lower_bound(all, function.code_begin, {}, &InstructionMark::code_offset);
  std::vector<InstructionMark> marks;
  // The function before may end with instructions that have no code: where it ends, this one begins.
  while (mark != all.end() && mark->wasm_offset < function.wasm_begin) ++mark;
  for (; mark != all.end() && mark->code_offset < function.code_end; ++mark) {
    marks.push_back({mark->code_offset - function.code_begin, mark->wasm_offset});
  }
  return marks;
}

/// Null if there is no such function. Functions are usually compiled in the order of their indices.
const CodeFunction* find_function(const Module& module, const CodeMap& map, std::uint32_t function) {
  const std::uint32_t place = function - module.imported_functions;
  if (place < map.functions.size() && map.functions[place].function == function) return &map.functions[place];
  const auto found = std::ranges::find(map.functions, function, &CodeFunction::function);
  return found == map.functions.end() ? nullptr : &*found;
}

std::unique_ptr<InstructionDecoder> make_decoder(Target target) {
  return target == Target::x64 ? x64::make_decoder() : a64::make_decoder();
}

}  // namespace

void prepare_disassembler(Target target) { make_decoder(target); }

std::vector<ListingLine> list_code(const Module& module, const ModuleCode& code, std::uint32_t function,
                                   const FunctionNamer& name, Target target) {
  const CodeMap& map = code.map();
  const CodeFunction* found = find_function(module, map, function);
  if (found == nullptr || code.bytecode(function) != nullptr) return {};
  const auto decoder = make_decoder(target);
  return FunctionListing(map, *found, marks_of(code, *found), *decoder).lines(module, name);
}

std::string disassemble(const Module& module, const ModuleCode& code, std::uint32_t function,
                        const FunctionNamer& name, Target target, const LineNamer& line) {
  if (code.bytecode(function) != nullptr) {
    return fmt::format("func[{}] <{}>: interpreted\n", function, name(function));
  }
  const CodeMap& map = code.map();
  const CodeFunction* found = find_function(module, map, function);
  if (found == nullptr) return "";
  std::string out =
      fmt::format("func[{}] <{}>: {} bytes\n", function, name(function), found->code_end - found->code_begin);
  std::string last_source;
  for (const ListingLine& each : list_code(module, code, function, name, target)) {
    if (line && each.kind == ListingLine::Kind::wasm) out += change_of(last_source, line(each.offset));
    out += text_of(each);
  }
  return out;
}

}  // namespace wasmjet::jit
