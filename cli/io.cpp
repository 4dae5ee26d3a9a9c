#include "cli/io.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>

#include "cli/exit_codes.hpp"
#include "decoder/utf8.hpp"

namespace wasmjet::cli {
namespace {

constexpr std::size_t kLargestModule = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kChunk = 65536;

/// Closes the descriptor unless it is standard input.
class Input {
 public:
  explicit Input(const std::string& path)
      : is_stdin_(path == "-"), fd_(is_stdin_ ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Input() {
    if (!is_stdin_ && fd_ >= 0) close(fd_);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  int fd() const { return fd_; }

 private:
  bool is_stdin_;
  int fd_;
};

}  // namespace

StandardDescriptors reserve_standard_descriptors() {
  StandardDescriptors descriptors;
  for (int fd = 0; fd < 3; ++fd) {
    descriptors.open[fd] = fcntl(fd, F_GETFD) >= 0;
    // open() takes the lowest free number, which is `fd`. Reading 0 or writing 1 or 2 still fails.
    if (!descriptors.open[fd]) open("/dev/null", (fd == 0 ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
  }
  return descriptors;
}

std::vector<std::uint8_t> read_module_file(const std::string& path) {
  const auto fail = [&path](int error) { throw FileError{path, std::strerror(error)}; };
  const Input input(path);
  struct stat status{};
  if (input.fd() < 0 || fstat(input.fd(), &status) != 0) fail(errno);
  if (S_ISDIR(status.st_mode)) fail(EISDIR);

  // A regular file is read at once; one byte more than its size shows whether it ends there. What has
  // no size (a pipe) grows in chunks.
  const bool sized = S_ISREG(status.st_mode) && status.st_size > 0;
  if (sized && static_cast<std::uint64_t>(status.st_size) > kLargestModule) fail(EFBIG);
  std::vector<std::uint8_t> bytes(sized ? static_cast<std::size_t>(status.st_size) + 1 : kChunk);
  std::size_t size = 0;
  for (;;) {
    const ssize_t n = read(input.fd(), bytes.data() + size, bytes.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(errno);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
    if (size > kLargestModule) fail(EFBIG);
    if (size == bytes.size()) bytes.resize(size + size / 2 + kChunk);
  }
  bytes.resize(size);
  return bytes;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

int print_output(std::string_view text) {
  if (write_all(STDOUT_FILENO, text)) return kExitSuccess;
  if (errno != EPIPE) print_error(std::string("cannot write to standard output: ") + std::strerror(errno));
  return kExitFailure;
}

bool write_stderr(std::string_view text) { return write_all(STDERR_FILENO, text); }

void print_error(std::string_view message) {
  // One write, so that lines of several processes do not mix.
  write_all(STDERR_FILENO, "wasmjet: " + printable(message) + "\n");
}

std::string printable(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t position = 0, valid = 0; position < text.size();) {
    if (position >= valid) valid = position + valid_utf8_prefix({bytes + position, text.size() - position});
    CodePoint c{0, 1};
    if (position < valid) c = first_code_point(text.substr(position));
    for (const char byte : text.substr(position, c.size)) {
      if (is_shapeless(c.value)) {
        out += "\\x";
        out += kHex[static_cast<std::uint8_t>(byte) >> 4];
        out += kHex[static_cast<std::uint8_t>(byte) & 15];
      } else {
        out += byte;
      }
    }
    position += c.size;
  }
  return out;
}

}  // namespace wasmjet::cli
