#include "decoder/decoder.hpp"

#include <algorithm>
#include <string>

#include "decoder/limits.hpp"
#include "decoder/sections.hpp"

namespace wasmjet {

namespace {

constexpr std::uint8_t kCustomSection = 0;

struct SectionKind {
  const char* name;
  int order;  ///< place in the module: ids ascend but for the data count, which stands before the code, and
              ///< tags before globals
  void (*decode)(ByteReader&, Module&);
};

/// By section id (spec 5.5.2).
constexpr SectionKind kSections[] = {
    {"custom", 0, nullptr},
    {"type", 1, detail::decode_type_section},
    {"import", 2, detail::decode_import_section},
    {"function", 3, detail::decode_function_section},
    {"table", 4, detail::decode_table_section},
    {"memory", 5, detail::decode_memory_section},
    {"global", 7, detail::decode_global_section},
    {"export", 8, detail::decode_export_section},
    {"start", 9, detail::decode_start_section},
    {"element", 10, detail::decode_element_section},
    {"code", 12, detail::decode_code_section},
    {"data", 13, detail::decode_data_section},
    {"data count", 11, detail::decode_data_count_section},
    {"tag", 6, detail::decode_tag_section},
};

void decode_header(ByteReader& in) {
  constexpr std::uint8_t kMagic[] = {0x00, 0x61, 0x73, 0x6D};
  constexpr std::uint8_t kVersion[] = {0x01, 0x00, 0x00, 0x00};
  const auto expect = [&in](std::span<const std::uint8_t> bytes, const char* reason) {
    const std::size_t at = in.offset();
    if (in.remaining() < bytes.size()) in.malformed(in.offset_of(in.end()), "unexpected end");
    const auto found = in.bytes(bytes.size());
    const auto differs = std::mismatch(found.begin(), found.end(), bytes.begin()).first;
    if (differs != found.end()) in.malformed(at, reason);
  };
  expect(kMagic, "magic header not detected");
  expect(kVersion, "unknown binary version");
}

/// Decodes one section after the other.
class SectionLoop {
 public:
  SectionLoop(Module& module, const std::atomic<bool>* cancel)
      : module_(module), cancel_(cancel), in_(module.bytes.data(), 0, module.bytes.size()) {}

  void run() {
    decode_header(in_);
    while (!in_.at_end()) {
      if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)) {
        in_.fail(ModuleErrorKind::cancelled, in_.offset(), "decoding was interrupted");
      }
      section();
    }
    finish();
  }

 private:
  void section() {
    const std::size_t id_at = in_.offset();
    if (module_.sections.size() >= limits::kSections) {
      in_.unsupported(id_at, "more than " + std::to_string(limits::kSections) + " sections");
    }
    const std::uint8_t id = in_.byte();
    if (id >= std::size(kSections)) in_.malformed(id_at, "malformed section id " + std::to_string(id));
    const std::size_t size_at = in_.offset();
    const std::uint32_t size = in_.u32();
    if (size > in_.remaining()) {
      in_.malformed(size_at, "length out of bounds: the " + std::string(kSections[id].name) +
                                 " section has " + std::to_string(size) + " bytes, but " +
                                 std::to_string(in_.remaining()) + " remain");
    }
    const std::size_t begin = in_.offset();
    in_.bytes(size);
    ByteReader contents(module_.bytes.data(), begin, begin + size);
    SectionInfo section_info{id, {}, static_cast<std::uint32_t>(begin), size};
    if (id == kCustomSection) {
      section_info.name = contents.name();
      section_info.size -= static_cast<std::uint32_t>(contents.offset() - begin);
      section_info.begin = static_cast<std::uint32_t>(contents.offset());
    } else {
      known_section(id, id_at, contents);
    }
    module_.sections.push_back(std::move(section_info));
  }

  void known_section(std::uint8_t id, std::size_t at, ByteReader& contents) {
    const SectionKind& kind = kSections[id];
    if (kind.order <= last_order_) {
      in_.malformed(at, "unexpected content after last section: the " + std::string(kind.name) +
                            " section is out of order or stands twice");
    }
    last_order_ = kind.order;
    contents.set_type_count(module_.types.size());
    kind.decode(contents, module_);
    if (!contents.at_end()) {
      contents.malformed(contents.offset(), "section size mismatch: " + std::to_string(contents.remaining()) +
                                                " bytes too many in the " + kind.name + " section");
    }
  }

  void finish() {
    const std::size_t at = in_.offset();
    if (module_.bodies.size() != module_.functions.size() - module_.imported_functions) {
      in_.malformed(at, "function and code section have inconsistent lengths: there is no code section");
    }
    if (module_.data_count.value_or(0) != module_.data.size() && module_.data_count) {
      in_.malformed(at, "data count and data section have inconsistent lengths: there is no data section");
    }
    module_.declared_functions.resize(module_.functions.size());
  }

  Module& module_;
  const std::atomic<bool>* cancel_;
  ByteReader in_;
  int last_order_ = 0;
};

}  // namespace

Module decode_module(std::vector<std::uint8_t> bytes, const std::atomic<bool>* cancel,
                     const Features& features) {
  if (bytes.size() > limits::kModuleSize) {
    throw ModuleError(ModuleErrorKind::unsupported, 0,
                      "a module of " + std::to_string(bytes.size()) + " bytes, the limit is " +
                          std::to_string(limits::kModuleSize));
  }
  Module module;
  module.features = features;
  module.bytes = std::move(bytes);
  SectionLoop(module, cancel).run();
  return module;
}

void validate_functions(const Module& module, const std::atomic<bool>* cancel) {
  FunctionValidator validator(module, cancel);
  for (std::uint32_t f = module.imported_functions; f < module.functions.size(); ++f) validator.validate(f);
}

std::string_view section_name(std::uint8_t id) { return kSections[id].name; }

}  // namespace wasmjet
