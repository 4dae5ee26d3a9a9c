#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wasi/unique_fd.hpp"

namespace wasmjet::cli {

/// `--tcplisten ADDR:PORT`: a numeric address, IPv6 ones in brackets.
struct ListenOption {
  std::string address;
  std::uint16_t port = 0;  ///< 0: one that the kernel chooses
};

/// Nothing if the text is not of this form. Names are not looked up.
std::optional<ListenOption> parse_listen(const std::string& text);

/// A listening TCP socket. Throws CommandError if it cannot be had.
wasi::UniqueFd listen_on(const ListenOption& option);

}  // namespace wasmjet::cli
