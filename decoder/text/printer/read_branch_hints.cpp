#include "decoder/text/printer/read_branch_hints.hpp"

#include "decoder/byte_reader.hpp"
#include "decoder/code_reader.hpp"

namespace wasmjet::text {
namespace {

/// Thrown where the section is not in order.
struct NotRepresentable {};

void require(bool condition) {
  if (!condition) throw NotRepresentable{};
}

bool stands_before_code(const Module& module, const SectionInfo& section) {
  constexpr std::uint8_t kCode = 10;
  const auto next = static_cast<std::size_t>(&section - module.sections.data()) + 1;
  return next < module.sections.size() && module.sections[next].id == kCode;
}

/// Walks over the body as far as its hints reach: each must meet an instruction that takes one.
void check_targets(const Module& module, const FunctionBody& body, const std::vector<BranchHint>& hints,
                   std::size_t first) {
  const std::uint8_t* const bytes = module.bytes.data();
  CodeReader reader(bytes + body.begin);
  for (std::uint32_t runs = reader.u32(); runs > 0; --runs) {
    reader.u32();
    reader.val_type();
  }
  while (first < hints.size()) {
    const auto offset = static_cast<std::uint32_t>(reader.position() - bytes);
    require(offset <= hints[first].offset && offset < body.begin + body.size);
    const Opcode op = reader.opcode();
    if (offset == hints[first].offset) {
      require(op == Opcode::if_ || op == Opcode::br_if);
      ++first;
    }
    reader.skip_immediates(op);
  }
}

void read_function(ByteReader& in, const Module& module, const FunctionBody& body,
                   std::vector<BranchHint>& hints) {
  const std::size_t first = hints.size();
  std::uint32_t count = in.u32();
  require(count > 0);
  for (; count > 0; --count) {
    const std::uint32_t offset = in.u32();
    const std::uint32_t size = in.u32();
    const std::uint8_t hint = in.byte();
    require(size == 1 && hint <= 1 && offset < body.size);
    require(hints.size() == first || body.begin + offset > hints.back().offset);
    hints.push_back({body.begin + offset, hint == 1});
  }
  check_targets(module, body, hints, first);
}

}  // namespace

std::optional<std::vector<BranchHint>> read_branch_hints(const Module& module, const SectionInfo& section) {
  if (!stands_before_code(module, section)) return std::nullopt;
  ByteReader in(module.bytes.data(), section.begin, section.begin + section.size);
  std::vector<BranchHint> hints;
  try {
    std::uint32_t next = module.imported_functions;  // functions ascend
    for (std::uint32_t functions = in.u32(); functions > 0; --functions) {
      const std::uint32_t function = in.u32();
      require(function >= next && function < module.functions.size());
      next = function + 1;
      read_function(in, module, module.body(function), hints);
    }
    require(in.at_end() && !hints.empty());
  } catch (const NotRepresentable&) {
    return std::nullopt;
  } catch (const ModuleError&) {
    return std::nullopt;
  }
  return hints;
}

}  // namespace wasmjet::text
