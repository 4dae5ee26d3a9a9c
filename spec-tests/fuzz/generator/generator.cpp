#include "spec-tests/fuzz/generator/generator.hpp"

#include "spec-tests/fuzz/generator/body_generator.hpp"

namespace wasmjet::fuzz {

std::vector<std::uint8_t> generate_module(std::span<const std::uint8_t> bytes) {
  Choices choices(bytes);
  // The head of the module uses at most a third, the bodies share the rest.
  Choices head = choices.split(3);
  ModuleShape shape = choose_shape(head);
  text::ModuleWriter writer;
  const auto count = static_cast<std::uint32_t>(shape.functions.size());
  for (std::uint32_t f = shape.imported_functions; f < count; ++f) {
    Choices part = choices.split(count - f);
    const Bytes body = BodyGenerator(shape, f, part).generate();
    Bytes& entry = writer.entry(text::SectionId::code);
    text::put_unsigned(entry, body.size());
    text::put_bytes(entry, body);
  }
  write_shape(shape, writer);
  return writer.finish(nullptr);
}

}  // namespace wasmjet::fuzz
