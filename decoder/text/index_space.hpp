#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "decoder/text/cursor.hpp"

namespace wasmjet::text {

/// Annotations behind the identifier of an entity: the tokens [begin, end).
struct Annotated {
  std::uint32_t index = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// One index space of a module or function and the identifiers in it (spec 6.1.4, "contexts").
class IndexSpace {
 public:
  /// `what` names the space in messages: "func", "local".
  explicit IndexSpace(std::string_view what) : what_(what) {}

  std::string_view what() const { return what_; }
  std::uint32_t size() const { return size_; }
  bool has_names() const { return !names_.empty(); }

  /// The next index is named by the identifier that may follow; fails if it names another already.
  std::uint32_t define_next(TokenCursor& cursor) {
    const Token token = cursor.peek();
    const std::optional<std::string> id = cursor.accept_id();
    if (id && !names_.emplace(*id, size_).second) {
      cursor.fail_at(token, "duplicate " + std::string(what_) + " $" + *id);
    }
    const std::size_t first = cursor.first_annotation();
    if (first != cursor.position()) annotated_.push_back({size_, first, cursor.position()});
    return size_++;
  }
  /// The index of each identifier.
  const std::map<std::string, std::uint32_t>& names() const { return names_; }
  /// What define_next() found annotated, in order.
  const std::vector<Annotated>& annotated() const { return annotated_; }
  /// Adds `count` indices without names.
  void add(std::uint32_t count) { size_ += count; }

  /// The index that a number or identifier names. Numbers are not compared with the size: validation does.
  std::uint32_t resolve(TokenCursor& cursor) const {
    const Token token = cursor.peek();
    const std::optional<std::string> id = cursor.accept_id();
    if (!id) return static_cast<std::uint32_t>(cursor.expect_unsigned(32));
    const auto found = names_.find(*id);
    if (found == names_.end()) cursor.fail_at(token, "unknown " + std::string(what_) + " $" + *id);
    return found->second;
  }
  /// Likewise, or `otherwise` where neither follows.
  std::uint32_t resolve_or(TokenCursor& cursor, std::uint32_t otherwise) const {
    return cursor.at_index() ? resolve(cursor) : otherwise;
  }

 private:
  std::string_view what_;
  /// Ordered, as the worst case of a hash table would be at the mercy of the text.
  std::map<std::string, std::uint32_t> names_;
  std::vector<Annotated> annotated_;
  std::uint32_t size_ = 0;
};

}  // namespace wasmjet::text
