#include "cli/profile/loops.hpp"

#include "decoder/code_reader.hpp"

namespace wasmjet::cli::profile {
namespace {

bool opens_block(Opcode op) {
  return op == Opcode::block || op == Opcode::loop || op == Opcode::if_ || op == Opcode::try_table;
}

void skip_locals(CodeReader& reader) {
  for (std::uint32_t groups = reader.u32(); groups > 0; --groups) {
    reader.u32();
    reader.val_type();
  }
}

}  // namespace

LoopNest find_loops(const Module& module, std::uint32_t function, std::span<const std::uint32_t> offsets) {
  LoopNest nest;
  nest.innermost.assign(offsets.size(), kNone);
  std::vector<std::uint32_t> around;  ///< of each open block: the loop that was innermost before
  std::uint32_t innermost = kNone;
  const FunctionBody& body = module.body(function);
  CodeReader reader(module.bytes.data() + body.begin);
  skip_locals(reader);
  const auto position = [&] { return static_cast<std::uint32_t>(reader.position() - module.bytes.data()); };
  std::size_t next = 0;
  while (position() < body.begin + body.size) {
    const std::uint32_t begin = position();
    for (; next < offsets.size() && offsets[next] < begin; ++next) nest.innermost[next] = innermost;
    const Opcode op = reader.opcode();
    reader.skip_immediates(op);
    if (opens_block(op)) {
      around.push_back(innermost);
      if (op == Opcode::loop) {
        const std::uint32_t depth = innermost == kNone ? 1 : nest.loops[innermost].depth + 1;
        nest.loops.push_back({begin, begin, innermost, depth});
        innermost = static_cast<std::uint32_t>(nest.loops.size() - 1);
      }
    } else if (op == Opcode::end && !around.empty()) {
      if (innermost != around.back()) nest.loops[innermost].end = position();
      // The last instruction of a loop belongs to it.
      for (; next < offsets.size() && offsets[next] <= begin; ++next) nest.innermost[next] = innermost;
      innermost = around.back();
      around.pop_back();
    }
  }
  return nest;
}

}  // namespace wasmjet::cli::profile
