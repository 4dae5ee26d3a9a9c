#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/text/printer/module_names.hpp"
#include "decoder/text/printer/text_output.hpp"

namespace wasmjet::text {

/// `name` as an identifier (spec 6.3.5): "$name", or "$\"na me\"". Empty if it cannot be one: if it is empty,
/// or so long that repeating it at each use could make the text grow as the square of the module.
std::string identifier_of(std::string_view name);

/// The identifiers of one index space: each stands for one index, whatever the name section repeats.
class IdentifierSpace {
 public:
  IdentifierSpace() = default;
  /// Entries whose index is not below `size` are left out. Of several indices of one name the lowest has it,
  /// the others get their number as a suffix.
  IdentifierSpace(NameMap names, std::uint32_t size);

  /// Empty if it has none.
  std::string_view find(std::uint32_t index) const;

 private:
  struct Entry {
    std::uint32_t index;
    std::string text;
  };
  std::vector<Entry> entries_;  ///< by ascending index
};

/// What an index of a space is printed as: its identifier, else the number.
void put_index(TextOutput& out, const IdentifierSpace& space, std::uint32_t index);
/// Where an entity is defined: " $identifier (;N;)" or " (;N;)".
void put_definition(TextOutput& out, const IdentifierSpace& space, std::uint32_t index);

/// The identifiers of a module, and of the function that is being printed. Empty, it prints numbers.
struct Identifiers {
  Identifiers() = default;
  explicit Identifiers(const Module& module, const ModuleNames& names);

  /// Sets `locals` and `labels` to those of a defined function.
  void enter_function(const Module& module, const ModuleNames& names, std::uint32_t function);
  const IdentifierSpace& fields_of(std::uint32_t type) const;

  IdentifierSpace types, functions, tables, memories, globals, tags, elements, data;
  IdentifierSpace locals, labels;
  std::map<std::uint32_t, IdentifierSpace> fields;  ///< by type; only those that have names
};

}  // namespace wasmjet::text
