#include "cli/logging.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace wasmjet::cli {

void set_up_logging(const std::optional<std::string>& level) {
  if (!level) {
    spdlog::set_level(spdlog::level::off);
    return;
  }
  // spdlog's own default logger writes to standard output, which is the guest's.
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("wasmjet", std::move(sink));
  logger->set_pattern("wasmjet: [%l] %v");
  spdlog::set_default_logger(std::move(logger));
  spdlog::set_level(spdlog::level::from_str(*level == "warn" ? "warning" : *level));
}

}  // namespace wasmjet::cli
