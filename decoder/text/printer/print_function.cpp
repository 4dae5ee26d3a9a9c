#include "decoder/text/printer/print_function.hpp"

#include "decoder/text/printer/print_instructions.hpp"
#include "decoder/text/printer/print_types.hpp"

namespace wasmjet::text {

void FunctionPrinter::put(std::uint32_t function) {
  ids_.enter_function(module_, names_, function);
  out_.new_line(1);
  out_ << "(func";
  put_definition(out_, ids_.functions, function);
  put_function_type(out_, ids_, module_, module_.functions[function], ids_.locals);
  CodeReader reader(module_.bytes.data() + module_.body(function).begin);
  put_locals(static_cast<std::uint32_t>(module_.function_type(function).params.size()), reader);
  if (put_instructions(reader)) out_.new_line(1);
  out_ << ")";
}

/// The binary has runs of one type; text has names, and lists of those without.
void FunctionPrinter::put_locals(std::uint32_t params, CodeReader& reader) {
  bool any = false;
  bool open = false;  // a list of locals without names
  std::uint32_t local = params;
  const auto put_local = [&](ValType type) {
    const std::string_view name = ids_.locals.find(local++);
    if (!any) out_.new_line(2);
    if (open && !name.empty()) out_ << ")";
    if (!open || !name.empty()) out_ << (any ? " (local" : "(local");
    if (!name.empty()) out_ << " " << name;
    out_ << " ";
    put_value_type(out_, ids_, type);
    any = true;
    open = name.empty();
    if (!open) out_ << ")";
  };
  for (std::uint32_t runs = reader.u32(); runs > 0; --runs) {
    std::uint32_t count = reader.u32();
    const ValType type = reader.val_type();
    for (; count > 0; --count) put_local(type);
  }
  if (open) out_ << ")";
}

/// The hint of the instruction that follows, if it has one.
void FunctionPrinter::put_hint(const CodeReader& reader) {
  if (next_hint_ == hints_.size()) return;
  const auto offset = static_cast<std::uint32_t>(reader.position() - module_.bytes.data());
  if (hints_[next_hint_].offset != offset) return;
  out_ << "(@metadata.code.branch_hint " << (hints_[next_hint_++].likely ? R"("\01") )" : R"("\00") )");
}

bool FunctionPrinter::put_instructions(CodeReader& reader) {
  InstructionPrinter printer(out_, ids_);
  const auto next = [](CodeReader ahead) { return ahead.opcode(); };
  bool any = false;
  for (;; any = true) {
    const Opcode op = next(reader);
    if (op == Opcode::end && printer.depth() == 0) return any;
    const bool outdented = op == Opcode::end || op == Opcode::else_;
    out_.new_line(2 + printer.depth() - (outdented ? 1 : 0));
    put_hint(reader);
    printer.put_instruction(reader);
    printer.enter_or_leave_block(op);
  }
}

}  // namespace wasmjet::text
