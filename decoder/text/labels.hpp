#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "decoder/text/cursor.hpp"

namespace wasmjet::text {

/// The labels around an instruction, innermost last. An inner label hides outer ones of the same name.
class LabelStack {
 public:
  void push(std::optional<std::string> name) {
    if (name) by_name_[*name].push_back(names_.size());
    names_.push_back(std::move(name));
  }
  void pop() {
    if (names_.back()) by_name_[*names_.back()].pop_back();
    names_.pop_back();
  }
  /// Precondition: a label was pushed.
  const std::optional<std::string>& innermost() const { return names_.back(); }

  /// The relative depth that a number or identifier names.
  std::uint32_t resolve(TokenCursor& cursor) const {
    const Token token = cursor.peek();
    const std::optional<std::string> id = cursor.accept_id();
    if (!id) return static_cast<std::uint32_t>(cursor.expect_unsigned(32));
    const auto found = by_name_.find(*id);
    if (found == by_name_.end() || found->second.empty()) cursor.fail_at(token, "unknown label $" + *id);
    return static_cast<std::uint32_t>(names_.size() - 1 - found->second.back());
  }

 private:
  std::vector<std::optional<std::string>> names_;
  std::map<std::string, std::vector<std::size_t>> by_name_;
};

}  // namespace wasmjet::text
