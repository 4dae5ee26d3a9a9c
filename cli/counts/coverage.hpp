#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/store.hpp"

namespace wasmjet::cli::counts {

struct CoveredFunction {
  std::uint32_t line = 0;  ///< where it begins
  std::string name;
  std::uint64_t calls = 0;
};

/// What was covered of a file of source text. Names come from modules, as do paths: whoever writes them has
/// to escape them.
struct CoveredFile {
  std::vector<CoveredFunction> functions;
  std::map<std::uint32_t, std::uint64_t> lines;  ///< how often each was reached
  /// Of each branch in a line, how often it went each way; none if it was never reached.
  std::map<std::uint32_t, std::vector<std::vector<std::optional<std::uint64_t>>>> branches;
};

/// What ran, by lines of source text.
class Coverage {
 public:
  /// Whether a module has functions whose lines of source text it does not tell: they are listed.
  static bool needs_listing(const CompiledModule& module);

  /// Of a store whose engine counts. The listing of functions without lines, an instruction a line, goes to
  /// `write_listing` in pieces; `listing` is what the file is called where it will stand.
  Coverage(const Store& store, const std::string& listing,
           const std::function<void(std::string_view)>& write_listing);

  /// In the order of their paths.
  const std::map<std::string, CoveredFile>& files() const { return files_; }

 private:
  std::map<std::string, CoveredFile> files_;
};

/// The coverage in lcov's format (geninfo(1)). The same coverage makes the same text.
std::string tracefile(const Coverage& coverage);

}  // namespace wasmjet::cli::counts
