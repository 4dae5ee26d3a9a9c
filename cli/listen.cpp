#include "cli/listen.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/units.hpp"

namespace wasmjet::cli {
namespace {

/// A socket address of either family; the length is 0 if the text is no address.
struct Address {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  socklen_t length = 0;
};

Address address_of(const ListenOption& option) {
  Address address{};
  address.v6 = {};
  if (inet_pton(AF_INET, option.address.c_str(), &address.v4.sin_addr) == 1) {
    address.v4.sin_family = AF_INET;
    address.v4.sin_port = htons(option.port);
    address.length = sizeof address.v4;
  } else if (inet_pton(AF_INET6, option.address.c_str(), &address.v6.sin6_addr) == 1) {
    address.v6.sin6_family = AF_INET6;
    address.v6.sin6_port = htons(option.port);
    address.length = sizeof address.v6;
  }
  return address;
}

}  // namespace

std::optional<ListenOption> parse_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  ListenOption option{text.substr(0, colon)};
  const bool bracketed = option.address.starts_with('[') && option.address.ends_with(']');
  if (bracketed) option.address = option.address.substr(1, option.address.size() - 2);
  if (bracketed != (option.address.find(':') != std::string::npos)) return std::nullopt;
  const auto port = parse_number(std::string_view(text).substr(colon + 1), UINT16_MAX);
  if (!port || address_of(option).length == 0) return std::nullopt;
  option.port = static_cast<std::uint16_t>(*port);
  return option;
}

wasi::UniqueFd listen_on(const ListenOption& option) {
  const auto fail = [&option] {
    throw CommandError{kExitFailure, "cannot listen on " + option.address + " port " +
                                         std::to_string(option.port) + ": " +
                                         std::generic_category().message(errno)};
  };
  const Address address = address_of(option);
  wasi::UniqueFd socket(::socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) fail();
  // As servers do: the port of a server that has just ended can be taken again at once.
  const int reuse = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  if (bind(socket.get(), &address.any, address.length) != 0 || listen(socket.get(), SOMAXCONN) != 0) fail();
  return socket;
}

}  // namespace wasmjet::cli
