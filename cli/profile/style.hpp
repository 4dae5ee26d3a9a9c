#pragma once

#include <string>
#include <string_view>

namespace wasmjet::cli::profile {

/// Colours of a report, where it goes to a terminal.
class Style {
 public:
  explicit Style(bool colours) : colours_(colours) {}

  bool colours() const { return colours_; }
  std::string heading(std::string_view text) const { return wrap("\x1b[1m", text); }
  std::string faint(std::string_view text) const { return wrap("\x1b[2m", text); }
  /// Text that stands for `share` percent: the more, the hotter.
  std::string heat(double share, std::string_view text) const {
    if (share >= 20) return wrap("\x1b[1;31m", text);
    if (share >= 5) return wrap("\x1b[33m", text);
    return share >= 1 ? std::string(text) : faint(text);
  }

 private:
  std::string wrap(std::string_view code, std::string_view text) const {
    if (!colours_) return std::string(text);
    return std::string(code) + std::string(text) + "\x1b[0m";
  }

  bool colours_;
};

}  // namespace wasmjet::cli::profile
