#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "decoder/module.hpp"

namespace wasmjet::text {

/// An entry of a name map: `index` is called `name`. In a map, indices ascend.
struct NameEntry {
  std::uint32_t index;
  std::string_view name;
};
using NameMap = std::vector<NameEntry>;

/// The custom section "name" (spec appendix 7.4.1 and its extension to all index spaces). It says nothing
/// about what a module does, so a part of it that is broken is ignored. Views into the module's bytes.
class ModuleNames {
 public:
  /// The kinds of names that there are; the value is the subsection's id.
  enum class Kind : std::uint8_t {
    module,
    function,
    local,  ///< by function
    label,  ///< by function
    type,
    table,
    memory,
    global,
    element,
    data,
    field,  ///< by type
    tag,
  };

  explicit ModuleNames(const Module& module);

  std::string_view module_name() const { return module_name_; }
  /// The names of a whole index space.
  const NameMap& names(Kind kind) const { return maps_[static_cast<std::size_t>(kind)]; }
  /// The names of the locals or labels of function `outer`, or of the fields of type `outer`. Read when asked
  /// for, so that they take no memory before.
  NameMap inner_names(Kind kind, std::uint32_t outer) const;

 private:
  static constexpr std::size_t kKinds = 12;
  /// The encoded map of one function or type.
  struct InnerMap {
    std::uint32_t outer;
    std::span<const std::uint8_t> bytes;
  };

  void read_subsection(Kind kind, std::span<const std::uint8_t> contents);

  std::string_view module_name_;
  NameMap maps_[kKinds];
  std::vector<InnerMap> inner_maps_[kKinds];  ///< by ascending `outer`
};

}  // namespace wasmjet::text
