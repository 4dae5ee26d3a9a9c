#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "decoder/text/text_types.hpp"

namespace wasmjet::text {

/// The type section while it grows: declared types, then those of type uses that match none of them
/// (spec 6.6.4).
class TypeTable {
 public:
  explicit TypeTable(ModuleWriter& writer) : writer_(writer) {}

  IndexSpace& space() { return space_; }
  const IndexSpace& space() const { return space_; }

  /// The rest of "(type $id? ...)", whose index space() has already.
  void define_type(TokenCursor& cursor);
  /// The rest of "(rec (type ...)*)", likewise.
  void define_group(TokenCursor& cursor);

  /// The first type that is this function type and nothing else (final, without supertypes, in no larger
  /// group), appended at `source` if there is none.
  std::uint32_t find_or_append(const TextFuncType& type, std::uint32_t source);
  /// Null where the index names no function type.
  const TextFuncType* find_function(std::uint32_t index) const {
    return index < functions_.size() && functions_[index] ? &*functions_[index] : nullptr;
  }
  /// The fields of structures that have names, by type.
  const std::map<std::uint32_t, IndexSpace>& fields() const { return fields_; }
  /// The index of a field of type `type`, a number or an identifier.
  std::uint32_t resolve_field(TokenCursor& cursor, std::uint32_t type) const;

 private:
  void parse_definition(TokenCursor& cursor, Bytes& out, bool alone);
  void parse_composite(TokenCursor& cursor, Bytes& out);
  void parse_function(TokenCursor& cursor, Bytes& out);
  void parse_structure(TokenCursor& cursor, Bytes& out);
  void parse_field(TokenCursor& cursor, Bytes& out) const;

  ModuleWriter& writer_;
  IndexSpace space_{"type"};
  std::vector<std::optional<TextFuncType>> functions_;  ///< by index, for those that are functions
  std::map<TextFuncType, std::uint32_t> first_;         ///< the first type that type uses may match
  std::map<std::uint32_t, IndexSpace> fields_;
};

/// The type index of a type use, "(type x)? (param ...)* (result ...)*" (spec 6.6.4), whose type is appended
/// to `types` where no type equals it. If `names` is given, all parameters are added to it.
std::uint32_t parse_type_use(TokenCursor& cursor, TypeTable& types, IndexSpace* names);

}  // namespace wasmjet::text
