#include "spec-tests/golden/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "decoder/code_reader.hpp"
#include "decoder/decoder.hpp"
#include "decoder/signatures.hpp"
#include "decoder/text/assemble.hpp"
#include "jit/a64/instruction_decoder.hpp"
#include "jit/disassembler.hpp"
#include "jit/jit.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/engine.hpp"
#include "runtime/executable.hpp"

namespace wasmjet::testing {
namespace {

constexpr const char* kBuiltinNames[] = {"memory_grow", "memory_fill", "memory_copy", "memory_init",
                                         "data_drop",   "table_grow",  "table_fill",  "table_copy",
                                         "table_init",  "elem_drop"};
static_assert(std::size(kBuiltinNames) == kBuiltinCount);
static_assert(static_cast<std::size_t>(Builtin::elem_drop) == kBuiltinCount - 1);

std::string replaced(const std::smatch& match, const std::string& by) {
  return match.prefix().str() + by + match.suffix().str();
}

/// A disassembled function in the form that golden_listing() promises.
class Normalizer {
 public:
  explicit Normalizer(const std::string& text) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines_.push_back(line);
    name_data();
  }

  std::string text() {
    std::string out;
    bool filler = false;
    for (const std::string& line : lines_) {
      const std::string normalized = normalize(line);
      const bool is_filler =
          normalized.starts_with("  nop") || normalized == "  int3" || normalized == "  udf #0";
      if (is_filler && !filler) out += "  (filler)\n";
      if (!is_filler) out += normalized + "\n";
      filler = is_filler;
    }
    return out;
  }

 private:
  /// Data behind the code stands at the offset that instructions name.
  void name_data() {
    static const std::regex data(R"(^ +([0-9a-f]+)  \.quad )");
    for (const std::string& line : lines_) {
      std::smatch match;
      if (std::regex_search(line, match, data)) {
        const std::string name = fmt::format("D{}", data_.size() + 1);
        data_.emplace(match[1].str(), name);
      }
    }
  }
  std::string normalize(const std::string& line) const {
    static const std::regex wasm_place(R"(^0x[0-9a-f]+: )"), place(R"(^ +([0-9a-f]+)  )");
    static const std::regex data_address(R"(\[0x([0-9a-f]+)\])"),
        builtin(R"(^  (?:call \[r14\+0x|ldr x16, \[x28, #0x)([0-9a-f]+)\])");
    std::smatch match;
    if (std::regex_search(line, match, wasm_place)) return "; " + match.suffix().str();
    if (!std::regex_search(line, match, place)) return line;
    const auto data = data_.find(match[1].str());
    std::string out = (data == data_.end() ? "  " : data->second + ": ") + match.suffix().str();
    if (std::regex_search(out, match, data_address)) {
      const auto found = data_.find(match[1].str());
      if (found != data_.end()) out = replaced(match, "[" + found->second + "]");
    }
    if (std::regex_search(out, match, builtin)) {
      const std::size_t slot = std::stoul(match[1].str(), nullptr, 16);
      constexpr std::size_t kFirst = offsetof(VmContext, builtins);
      if (slot >= kFirst && slot < kFirst + 8 * kBuiltinCount) {
        out += fmt::format("  ({})", kBuiltinNames[(slot - kFirst) / 8]);
      }
    }
    return out;
  }

  std::vector<std::string> lines_;
  std::map<std::string, std::string> data_;  ///< offset → name
};

}  // namespace

std::string golden_listing(const std::string& text, jit::Target target, bool baseline_cpu) {
  Engine engine{jit::make_executor({.assert_invariants = false,
                                    .target = target,
                                    .baseline_cpu = baseline_cpu,
                                    .complete_cpu = !baseline_cpu})};
  const auto compiled = CompiledModule::decode(engine, text::assemble_valid(text), "golden");
  CompileOptions options;
  options.instruction_map = true;
  const bool compares = text.starts_with(";; Explicit bounds");
  options.memories.assign(compiled->module().memories.size(),
                          compares ? MemoryBounds::explicit_ : MemoryBounds::guarded);
  const auto code = compiled->code(options);
  const Module& module = compiled->module();
  const auto name = [&](std::uint32_t f) {
    for (const Export& exported : module.exports) {
      if (exported.kind == ExternKind::function && exported.index == f) return exported.name;
    }
    return compiled->function_name(f);
  };
  std::string out;
  for (std::uint32_t f = module.imported_functions; f < module.functions.size(); ++f) {
    if (!out.empty()) out += '\n';
    out += Normalizer(jit::disassemble(module, *code, f, name, target)).text();
  }
  return out;
}

std::string encodings(const std::vector<std::uint8_t>& bytes) {
  Engine engine{jit::make_executor(
      {.assert_invariants = false, .target = jit::Target::a64, .interpret_unsupported = true})};
  const auto compiled = CompiledModule::decode(engine, bytes, "encodings");
  CompileOptions options;
  options.memories.assign(compiled->module().memories.size(), MemoryBounds::guarded);
  const auto code = compiled->code(options);
  const auto decoder = jit::a64::make_decoder();
  std::map<std::uint32_t, std::string> words;
  for (const CodeFunction& function : code->map().functions) {
    std::int64_t end = function.code_end - function.code_begin;
    const std::uint8_t* begin = code->map().begin + function.code_begin;
    for (std::int64_t at = 0; at < end; at += 4) {  // data stands behind the code
      std::uint32_t word = 0;
      std::memcpy(&word, begin + at, 4);
      const jit::DecodedInstruction decoded = decoder->decode({begin + at, 4}, 0);
      if (decoded.data) end = std::min(end, at + *decoded.data);
      std::string& text = words[word];
      if (!text.empty()) continue;
      text = decoded.text;
      if (decoded.target) text += fmt::format(" . + {}", *decoded.target);
      if (decoded.data) text = fmt::format("{} . + {}", text.substr(0, text.find('[')), *decoded.data);
    }
  }
  std::string out;
  for (const auto& [word, text] : words) out += fmt::format("{:08x}\t{}\n", word, text);
  return out;
}

std::string opcodes_used(const std::string& text) {
  const Module module = decode_module(text::assemble_valid(text));
  std::set<std::string> names;
  FunctionValidator validator(module);
  for (std::uint32_t f = module.imported_functions; f < module.functions.size(); ++f) {
    const FunctionInfo& function = validator.validate(f);
    CodeReader reader(module.bytes.data() + function.code_begin);
    while (reader.position() < module.bytes.data() + function.code_end) {
      const Opcode op = reader.opcode();
      reader.skip_immediates(op);
      names.emplace(detail::kIdentifiers[static_cast<std::size_t>(op)]);
    }
  }
  return fmt::format("{}\n", fmt::join(names, "\n"));
}

std::string opcodes_executed() {
  std::string out;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    if (is_executable(static_cast<Opcode>(i))) out += std::string(detail::kIdentifiers[i]) + "\n";
  }
  return out;
}

}  // namespace wasmjet::testing
