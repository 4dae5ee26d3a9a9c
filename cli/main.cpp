#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/deadline.hpp"
#include "cli/dynamic_command.hpp"
#include "cli/errors.hpp"
#include "cli/exit_codes.hpp"
#include "cli/io.hpp"
#include "cli/logging.hpp"
#include "cli/options.hpp"

namespace wasmjet::cli {
namespace {

/// Called where libraries will be loaded, before any work.
void enable_shared_libraries([[maybe_unused]] char** argv) {
#ifdef WASMJET_DYNAMIC_COMMAND
  continue_as_dynamic_command(WASMJET_DYNAMIC_COMMAND, WASMJET_BUILT_DYNAMIC_COMMAND, argv);
#endif
}

int profile(const ProfileOptions& options, const StandardDescriptors& descriptors, char** argv) {
  if (!options.annotate.empty()) enable_shared_libraries(argv);
  return profile_command(options, descriptors);
}

int inspect(const InspectOptions& options, char** argv) {
  if (options.disassemble) enable_shared_libraries(argv);
  return inspect_command(options);
}

int dispatch(const Arguments& arguments, const StandardDescriptors& descriptors, char** argv) {
  if (arguments.empty()) throw UsageError{"no module given (try: wasmjet --help)"};
  const std::string& command = arguments.front();
  const Arguments rest(arguments.begin() + 1, arguments.end());
  if (command == "run") return run_command(parse_run_options(rest), descriptors);
  if (command == "profile") return profile(parse_profile_options(rest), descriptors, argv);
  if (command == "validate") return validate_command(parse_validate_options(rest));
  if (command == "inspect") return inspect(parse_inspect_options(rest), argv);
  if (command == "wast") return wast_command(parse_wast_options(rest));
  if (command == "--help" || command == "-h" || command == "help") return print_output(general_help());
  if (command == "--version" || command == "-V") return print_output("wasmjet " WASMJET_VERSION "\n");
  if (command == "compile") {
    throw UsageError{"the subcommand '" + command + "' is not available yet"};
  }
  return run_command(parse_run_options(arguments), descriptors);
}

int fail(int exit_code, std::string_view message) {
  Deadline::settle(exit_code);
  print_error(message);
  return exit_code;
}

}  // namespace
}  // namespace wasmjet::cli

int main(int argc, char** argv) {
  using namespace wasmjet::cli;
  const StandardDescriptors descriptors = reserve_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);  // the guest sees EPIPE instead
  std::signal(SIGXFSZ, SIG_IGN);  // EFBIG
  set_up_logging(std::nullopt);   // silent but for `run --log`; the library's own default is standard output
  try {
    return dispatch(Arguments(argv + (argc > 0 ? 1 : 0), argv + argc), descriptors, argv);
  } catch (const HelpRequest& help) {
    return print_output(help.text);
  } catch (const CommandError& error) {
    return fail(error.exit_code, error.message);
  } catch (const UsageError& error) {
    return fail(kExitFailure, error.message);
  } catch (const std::bad_alloc&) {
    return fail(kExitFailure, "out of memory");
  } catch (const std::exception& error) {
    return fail(kExitFailure, error.what());
  } catch (...) {
    return fail(kExitFailure, "internal error");
  }
}
