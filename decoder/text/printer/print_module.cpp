#include "decoder/text/printer/print_module.hpp"

#include "decoder/text/printer/print_function.hpp"
#include "decoder/text/printer/print_instructions.hpp"
#include "decoder/text/printer/print_types.hpp"

namespace wasmjet::text {
namespace {

/// Walks over the sections in the order of the bytes. They are read once more, not taken from Module, since
/// that does not tell apart encodings of one meaning, which have different texts.
class ModulePrinter {
 public:
  ModulePrinter(const Module& module, TextSink sink)
      : module_(module), names_(module), ids_(module, names_), out_(std::move(sink)) {}

  void run() {
    out_ << "(module";
    if (const std::string name = identifier_of(names_.module_name()); !name.empty()) out_ << " " << name;
    bool any = false;
    std::uint8_t previous = 0;
    for (const SectionInfo& section : module_.sections) {
      if (is_empty(section)) continue;
      if (section.id == 0) {
        put_custom(section, previous);
      } else {
        put_section(section);
        previous = section.id;
      }
      any = true;
    }
    out_ << (any ? "\n)\n" : ")\n");
    out_.flush();
  }

 private:
  struct SectionRow {
    std::string_view name;  ///< as annotations call it
    void (ModulePrinter::*put)(CodeReader&);
  };
  static const SectionRow kSections[];

  CodeReader reader_of(const SectionInfo& section) const {
    return CodeReader(module_.bytes.data() + section.begin);
  }
  /// A vector without elements: text has nothing that stands for it.
  bool is_empty(const SectionInfo& section) const {
    constexpr std::uint8_t kStart = 8;
    return section.id != 0 && section.id != kStart && reader_of(section).u32() == 0;
  }
  void put_section(const SectionInfo& section) {
    const auto put = kSections[section.id].put;
    CodeReader reader = reader_of(section);
    if (put != nullptr) (this->*put)(reader);
  }
  void put_custom(const SectionInfo& section, std::uint8_t previous);
  void put_types(CodeReader& reader) { put_type_section(out_, ids_, reader); }
  void put_imports(CodeReader& reader);
  void put_import_type(ExternKind kind, CodeReader& reader);
  void put_tables(CodeReader& reader);
  void put_memories(CodeReader& reader);
  void put_tags(CodeReader& reader);
  void put_globals(CodeReader& reader);
  void put_exports(CodeReader& reader);
  void put_start(CodeReader& reader);
  void put_elements(CodeReader& reader);
  void put_functions(CodeReader& reader);
  void put_data(CodeReader& reader);

  std::string_view take_name(CodeReader& reader) const;
  void put_target(std::string_view keyword, const IdentifierSpace& space, CodeReader& reader);
  void put_offset(CodeReader& reader);
  void put_items(std::uint32_t flags, CodeReader& reader);
  const IdentifierSpace& space(ExternKind kind) const;
  /// A new line with "(keyword" and the definition's name and number.
  void put_field(std::string_view keyword, const IdentifierSpace& space, std::uint32_t index) {
    out_.new_line(1);
    out_ << "(" << keyword;
    put_definition(out_, space, index);
  }
  InstructionPrinter instructions() { return {out_, ids_}; }

  const Module& module_;
  const ModuleNames names_;
  std::vector<BranchHint> hints_;
  Identifiers ids_;
  TextOutput out_;
  std::uint32_t imported_[5] = {};  ///< so far, by ExternKind
};

const ModulePrinter::SectionRow ModulePrinter::kSections[] = {
    {"", nullptr},
    {"type", &ModulePrinter::put_types},
    {"import", &ModulePrinter::put_imports},
    {"func", nullptr},  // functions stand where their code is
    {"table", &ModulePrinter::put_tables},
    {"memory", &ModulePrinter::put_memories},
    {"global", &ModulePrinter::put_globals},
    {"export", &ModulePrinter::put_exports},
    {"start", &ModulePrinter::put_start},
    {"elem", &ModulePrinter::put_elements},
    {"code", &ModulePrinter::put_functions},
    {"data", &ModulePrinter::put_data},
    {"datacount", nullptr},
    {"tag", &ModulePrinter::put_tags},
};

constexpr std::string_view kExternKeywords[] = {"func", "table", "memory", "global", "tag"};

std::string_view ModulePrinter::take_name(CodeReader& reader) const {
  const std::uint32_t size = reader.u32();
  const std::uint8_t* const begin = reader.position();
  reader = CodeReader(begin + size);
  return {reinterpret_cast<const char*>(begin), size};
}

const IdentifierSpace& ModulePrinter::space(ExternKind kind) const {
  switch (kind) {
    case ExternKind::function:
      return ids_.functions;
    case ExternKind::table:
      return ids_.tables;
    case ExternKind::memory:
      return ids_.memories;
    case ExternKind::global:
      return ids_.globals;
    case ExternKind::tag:
      break;
  }
  return ids_.tags;
}

/// Always placed behind a section (or before all), never before one: so those in one gap keep their order.
/// Branch hints are put to their instructions, since what the section says in offsets is true for one
/// encoding of the code alone.
void ModulePrinter::put_custom(const SectionInfo& section, std::uint8_t previous) {
  if (section.name == "metadata.code.branch_hint") {
    if (auto hints = read_branch_hints(module_, section)) {
      hints_ = std::move(*hints);
      return;
    }
  }
  out_.new_line(1);
  out_ << "(@custom ";
  out_.put_name(section.name);
  if (previous == 0) {
    out_ << " (before first) ";
  } else {
    out_ << " (after " << kSections[previous].name << ") ";
  }
  out_.put_bytes(std::span(module_.bytes).subspan(section.begin, section.size));
  out_ << ")";
}

void ModulePrinter::put_import_type(ExternKind kind, CodeReader& reader) {
  static const IdentifierSpace kNoNames;
  switch (kind) {
    case ExternKind::function:
      return put_function_type(out_, ids_, module_, reader.u32(), kNoNames);
    case ExternKind::table:
      return put_table_type(out_, ids_, reader);
    case ExternKind::memory:
      return put_memory_type(out_, reader);
    case ExternKind::global:
      return put_global_type(out_, ids_, reader);
    case ExternKind::tag:
      reader.byte();  // the attribute
      return put_function_type(out_, ids_, module_, reader.u32(), kNoNames);
  }
}

void ModulePrinter::put_imports(CodeReader& reader) {
  for (std::uint32_t count = reader.u32(); count > 0; --count) {
    out_.new_line(1);
    out_ << "(import ";
    out_.put_name(take_name(reader));
    out_ << " ";
    out_.put_name(take_name(reader));
    const std::uint8_t kind = reader.byte();
    out_ << " (" << kExternKeywords[kind];
    put_definition(out_, space(static_cast<ExternKind>(kind)), imported_[kind]++);
    put_import_type(static_cast<ExternKind>(kind), reader);
    out_ << "))";
  }
}

void ModulePrinter::put_tables(CodeReader& reader) {
  constexpr std::uint8_t kWithInitializer = 0x40;
  for (std::uint32_t count = reader.u32(), table = module_.imported_tables; count > 0; --count, ++table) {
    put_field("table", ids_.tables, table);
    const bool initialized = *reader.position() == kWithInitializer;
    if (initialized) reader = CodeReader(reader.position() + 2);
    put_table_type(out_, ids_, reader);
    if (initialized) {
      out_ << " ";
      instructions().put_expression(reader, "", "");
    }
    out_ << ")";
  }
}

void ModulePrinter::put_memories(CodeReader& reader) {
  for (std::uint32_t count = reader.u32(), memory = module_.imported_memories; count > 0; --count, ++memory) {
    put_field("memory", ids_.memories, memory);
    put_memory_type(out_, reader);
    out_ << ")";
  }
}

void ModulePrinter::put_tags(CodeReader& reader) {
  for (std::uint32_t count = reader.u32(), tag = module_.imported_tags; count > 0; --count, ++tag) {
    put_field("tag", ids_.tags, tag);
    put_import_type(ExternKind::tag, reader);
    out_ << ")";
  }
}

void ModulePrinter::put_globals(CodeReader& reader) {
  for (std::uint32_t count = reader.u32(), global = module_.imported_globals; count > 0; --count, ++global) {
    put_field("global", ids_.globals, global);
    put_global_type(out_, ids_, reader);
    out_ << " ";
    instructions().put_expression(reader, "", "");
    out_ << ")";
  }
}

void ModulePrinter::put_exports(CodeReader& reader) {
  for (std::uint32_t count = reader.u32(); count > 0; --count) {
    out_.new_line(1);
    out_ << "(export ";
    out_.put_name(take_name(reader));
    const std::uint8_t kind = reader.byte();
    out_ << " (" << kExternKeywords[kind] << " ";
    put_index(out_, space(static_cast<ExternKind>(kind)), reader.u32());
    out_ << "))";
  }
}

void ModulePrinter::put_start(CodeReader& reader) {
  out_.new_line(1);
  out_ << "(start ";
  put_index(out_, ids_.functions, reader.u32());
  out_ << ")";
}

/// " (keyword index)": the table or memory of an active segment, unless it is the first one.
void ModulePrinter::put_target(std::string_view keyword, const IdentifierSpace& space, CodeReader& reader) {
  const std::uint32_t index = reader.u32();
  if (index == 0) return;
  out_ << " (" << keyword << " ";
  put_index(out_, space, index);
  out_ << ")";
}

void ModulePrinter::put_offset(CodeReader& reader) {
  out_ << " ";
  instructions().put_expression(reader, "(offset ", ")");
}

// Flags of element segments (spec 5.5.12).
constexpr std::uint32_t kNotActive = 1;
constexpr std::uint32_t kExplicit = 2;  // active: a table index; else: declarative
constexpr std::uint32_t kExpressions = 4;

void ModulePrinter::put_elements(CodeReader& reader) {
  const std::uint32_t count = reader.u32();
  for (std::uint32_t segment = 0; segment < count; ++segment) {
    put_field("elem", ids_.elements, segment);
    const std::uint32_t flags = reader.u32();
    if ((flags & kNotActive) == 0) {
      if ((flags & kExplicit) != 0) put_target("table", ids_.tables, reader);
      put_offset(reader);
    } else if ((flags & kExplicit) != 0) {
      out_ << " declare";
    }
    put_items(flags, reader);
    out_ << ")";
  }
}

void ModulePrinter::put_items(std::uint32_t flags, CodeReader& reader) {
  const bool typed = (flags & (kNotActive | kExplicit)) != 0;
  if ((flags & kExpressions) == 0) {
    if (typed) reader.byte();  // the element kind: functions
    out_ << " func";
    for (std::uint32_t items = reader.u32(); items > 0; --items) {
      out_ << " ";
      put_index(out_, ids_.functions, reader.u32());
    }
    return;
  }
  out_ << " ";
  put_value_type(out_, ids_, typed ? reader.val_type() : kFuncRef);
  InstructionPrinter printer = instructions();
  for (std::uint32_t items = reader.u32(); items > 0; --items) {
    out_ << " ";
    printer.put_expression(reader, "(item ", ")");
  }
}

void ModulePrinter::put_functions(CodeReader& reader) {
  const std::uint32_t count = reader.u32();
  FunctionPrinter printer(out_, module_, names_, hints_, ids_);
  for (std::uint32_t i = 0; i < count; ++i) printer.put(module_.imported_functions + i);
}

void ModulePrinter::put_data(CodeReader& reader) {
  constexpr std::uint32_t kPassive = 1;
  constexpr std::uint32_t kExplicitMemory = 2;
  const std::uint32_t count = reader.u32();
  for (std::uint32_t segment = 0; segment < count; ++segment) {
    put_field("data", ids_.data, segment);
    const std::uint32_t flags = reader.u32();
    if (flags == kExplicitMemory) put_target("memory", ids_.memories, reader);
    if (flags != kPassive) put_offset(reader);
    out_ << " ";
    const std::uint32_t size = reader.u32();
    out_.put_bytes({reader.position(), size});
    reader = CodeReader(reader.position() + size);
    out_ << ")";
  }
}

}  // namespace

void print_module(const Module& module, TextSink sink) { ModulePrinter(module, std::move(sink)).run(); }

}  // namespace wasmjet::text
