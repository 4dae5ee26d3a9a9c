#include "cli/units.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace wasmjet::cli {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr Unit kDurationUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"min", 60'000'000'000},
    {"h", 3'600'000'000'000},
};

constexpr Unit kSizeUnits[] = {
    {"", 1},
    {"B", 1},
    {"K", std::uint64_t{1} << 10},
    {"KiB", std::uint64_t{1} << 10},
    {"M", std::uint64_t{1} << 20},
    {"MiB", std::uint64_t{1} << 20},
    {"G", std::uint64_t{1} << 30},
    {"GiB", std::uint64_t{1} << 30},
    {"T", std::uint64_t{1} << 40},
    {"TiB", std::uint64_t{1} << 40},
    {"kB", 1'000},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
};

template <std::size_t count>
std::optional<std::uint64_t> factor_of(const Unit (&units)[count], std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

constexpr double kLongestNanoseconds = 10.0 * 365 * 24 * 3600 * 1e9;

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && rest == end && number <= most ? std::optional(number) : std::nullopt;
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  const auto factor = factor_of(kDurationUnits, std::string_view(rest, static_cast<std::size_t>(end - rest)));
  if (!factor) return std::nullopt;
  const double nanoseconds = number * static_cast<double>(*factor);
  if (!(nanoseconds >= 1 && nanoseconds <= kLongestNanoseconds)) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(std::llround(nanoseconds)));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return std::nullopt;
  const auto factor = factor_of(kSizeUnits, std::string_view(rest, static_cast<std::size_t>(end - rest)));
  if (!factor || number > std::numeric_limits<std::uint64_t>::max() / *factor) return std::nullopt;
  return number * *factor;
}

}  // namespace wasmjet::cli
