#include "cli/errors.hpp"

#include "cli/exit_codes.hpp"
#include "cli/io.hpp"
#include "decoder/error.hpp"
#include "runtime/limits.hpp"
#include "runtime/linker.hpp"

namespace wasmjet::cli {

void throw_module_failure(const std::string& path) {
  try {
    throw;
  } catch (const FileError& error) {
    throw CommandError{kExitNotFound, error.path + ": " + error.reason};
  } catch (const ModuleError& error) {
    if (error.kind() == ModuleErrorKind::cancelled) throw CommandError{kExitTimeout, path + ": timed out"};
    throw CommandError{kExitBadModule, path + ": " + error.message()};
  } catch (const LinkError& error) {
    throw CommandError{kExitBadModule, path + ": link error: " + error.what()};
  } catch (const ResourceError& error) {
    throw CommandError{kExitBadModule, path + ": link error: " + error.what()};
  }
}

}  // namespace wasmjet::cli
