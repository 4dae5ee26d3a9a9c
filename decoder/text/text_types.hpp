#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "decoder/text/cursor.hpp"
#include "decoder/text/index_space.hpp"
#include "decoder/text/module_writer.hpp"

namespace wasmjet::text {

/// A value type as the binary format writes it: one byte, and for (ref ...) a heap type behind it. Types
/// that the decoder does not know are written all the same, so that it is the one place that refuses them.
struct TextType {
  std::uint8_t code = 0;
  std::int64_t heap = 0;  ///< for kRefCode, kRefNullCode: a type index, or negative an abstract heap type

  friend auto operator<=>(const TextType&, const TextType&) = default;
};
inline constexpr std::uint8_t kRefCode = 0x64;
inline constexpr std::uint8_t kRefNullCode = 0x63;
inline constexpr TextType kTextFuncRef{0x70, 0};

void put_type(Bytes& out, TextType type);

struct TextFuncType {
  std::vector<TextType> params;
  std::vector<TextType> results;

  friend auto operator<=>(const TextFuncType&, const TextFuncType&) = default;
};

/// The type section while it grows: declared types, then those of type uses that match none of them
/// (spec 6.6.4).
class TypeTable {
 public:
  IndexSpace& space() { return space_; }
  const IndexSpace& space() const { return space_; }
  /// Appends the next declared type, which is written at `source`; its index has been defined in space()
  /// before.
  void declare(TextFuncType type, std::uint32_t source);
  /// The first type that equals this one, appended if there is none.
  std::uint32_t find_or_append(const TextFuncType& type, std::uint32_t source);
  /// Null where the index names none.
  const TextFuncType* find(std::uint32_t index) const {
    return index < types_.size() ? &types_[index] : nullptr;
  }
  void write(ModuleWriter& writer) const;

 private:
  IndexSpace space_{"type"};
  std::vector<TextFuncType> types_;
  std::vector<std::uint32_t> sources_;  ///< where in the text each of them begins
  std::map<TextFuncType, std::uint32_t> first_;
};

/// "i32", "funcref", "(ref null $t)".
TextType parse_value_type(TokenCursor& cursor, const IndexSpace& types);
bool at_value_type(const TokenCursor& cursor);
/// "func", "extern", "$t", as a signed number (spec 5.3.3). Refuses what is none.
std::int64_t parse_heap_type(TokenCursor& cursor, const IndexSpace& types);

/// "(param ...)* (result ...)*". `names` takes the identifiers of parameters; without it there may be none.
TextFuncType parse_function_type(TokenCursor& cursor, const IndexSpace& types, IndexSpace* names);

/// The type index of a type use, "(type x)? (param ...)* (result ...)*" (spec 6.6.4), whose type is appended
/// to `types` where no type equals it. If `names` is given, all parameters are added to it.
std::uint32_t parse_type_use(TokenCursor& cursor, TypeTable& types, IndexSpace* names);

/// Refuses "(pagesize n)", which belongs to a later standard, if it follows.
void refuse_page_size(const TokenCursor& cursor);
/// "i64? min max? shared?" in the binary form (spec 5.3.10).
void parse_limits(TokenCursor& cursor, Bytes& out);
/// Likewise of fixed size: an inline segment's, whose "i64?" has been taken.
void put_fixed_limits(Bytes& out, bool is_64, std::uint64_t size);

}  // namespace wasmjet::text
