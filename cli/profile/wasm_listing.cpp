#include "cli/profile/wasm_listing.hpp"

#include "decoder/code_reader.hpp"
#include "decoder/text/printer/instruction_text.hpp"

namespace wasmjet::cli::profile {

std::vector<WasmLine> list_wasm(const Module& module, std::uint32_t function) {
  const FunctionBody& body = module.body(function);
  CodeReader locals(module.bytes.data() + body.begin);
  for (std::uint32_t groups = locals.u32(); groups > 0; --groups) {
    locals.u32();
    locals.val_type();
  }
  std::vector<WasmLine> lines;
  std::vector<bool> open;  ///< blocks, and whether they are loops
  std::uint32_t loops = 0;
  auto offset = static_cast<std::uint32_t>(locals.position() - module.bytes.data());
  while (offset < body.begin + body.size) {
    text::InstructionText instruction = text::instruction_text(module, offset);
    const Opcode op = CodeReader(module.bytes.data() + offset).opcode();
    const bool ends = op == Opcode::end && !open.empty();
    const bool loop_ends = ends && open.back();
    if (ends) open.pop_back();
    if (op == Opcode::loop) ++loops;
    const bool outdented = op == Opcode::else_ && !open.empty();
    lines.push_back({offset, static_cast<std::uint32_t>(open.size() - (outdented ? 1 : 0)), loops,
                     std::move(instruction.text)});
    if (loop_ends) --loops;
    if (op == Opcode::block || op == Opcode::loop || op == Opcode::if_ || op == Opcode::try_table) {
      open.push_back(op == Opcode::loop);
    }
    offset = instruction.next;
  }
  return lines;
}

}  // namespace wasmjet::cli::profile
