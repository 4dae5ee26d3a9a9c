#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace wasmjet::cli::profile {

inline constexpr std::uint32_t kNone = UINT32_MAX;

/// Whose time it is.
enum class Category : std::uint8_t {
  guest,    ///< a function of a module
  host,     ///< a function of the host, such as WASI's
  wasmjet,  ///< loading, compiling; what is no function at all
};

/// What a frame is called. Names come from modules: whoever writes them has to escape them.
struct Function {
  std::string name;    ///< demangled
  std::string module;  ///< the instance's name, or the import's module; "" for what is none
  Category category = Category::guest;
  std::uint32_t instance = kNone;  ///< number in the store; guest only
  std::uint32_t index = kNone;     ///< in its module's function index space; guest only
  bool interpreted = false;
};

/// A function as it was called by a chain of others. Node 0 is the root, which is no function; a node's
/// parent stands before it.
struct Node {
  std::uint32_t parent = 0;
  std::uint32_t function = kNone;
  std::uint64_t self = 0;     ///< samples in itself, while running
  std::uint64_t blocked = 0;  ///< samples in itself, while waiting
  std::uint64_t total = 0;    ///< running, callees included
};

/// A sample in the order of time.
struct Moment {
  double milliseconds = 0;  ///< since the beginning
  std::uint32_t node = 0;   ///< of Profile::nodes; 0: outside of Wasm
  bool blocked = false;
};

/// Samples at one place of a function's code.
struct Place {
  std::uint32_t wasm = 0;      ///< offset in the module of the Wasm instruction
  std::uint32_t code = kNone;  ///< of machine code, from the function's first byte; none where interpreted
  std::uint64_t samples = 0;   ///< running, in itself
  std::uint64_t blocked = 0;
};

/// A row of the table of functions.
struct FunctionTime {
  std::uint32_t function = 0;
  std::uint64_t self = 0;
  std::uint64_t total = 0;    ///< with callees; recursion counts once
  std::uint64_t blocked = 0;  ///< waiting, in itself
};

/// A loop of the guest's.
struct Loop {
  std::uint32_t function = 0;
  std::uint32_t begin = 0;  ///< offset of `loop` in the module
  std::uint32_t end = 0;    ///< one past its `end`
  std::uint32_t depth = 1;  ///< in how many loops of the function it is, itself included
  std::uint64_t self = 0;   ///< samples within it, but in no loop that is within it
  std::uint64_t total = 0;  ///< samples within it, callees included
};

/// All that a report tells. Counted in samples.
struct Profile {
  std::string command;  ///< module and arguments
  std::string tier;
  std::string ended;  ///< "exit 0", "trap", ...
  double seconds = 0;
  double load_seconds = 0;     ///< reading and decoding modules
  double compile_seconds = 0;  ///< validating and compiling
  std::uint32_t rate = 0;      ///< asked for
  std::uint64_t samples = 0;
  std::uint64_t missed = 0;
  std::uint64_t outside = 0;   ///< of the samples, while no Wasm was running
  std::uint64_t blocked = 0;   ///< of the samples, while a call of the host waited
  std::uint64_t unstored = 0;  ///< of the samples, whose stack there was no room for
  std::vector<Function> functions;
  std::vector<Node> nodes;
  std::vector<Moment> moments;
  std::uint64_t without_moment = 0;        ///< samples beyond `moments`
  std::vector<std::vector<Place>> places;  ///< of each function, in the order of code, then of Wasm
  std::vector<Loop> loops;                 ///< the hottest first

  /// Samples while Wasm or a function of the host was running: what shares are of.
  std::uint64_t running() const { return nodes.empty() ? 0 : nodes.front().total; }
  double rate_delivered() const { return seconds > 0 ? static_cast<double>(samples) / seconds : 0; }
};

/// Adds up Node::total from Node::self.
void add_totals(std::vector<Node>& nodes);

/// A row for each function, those with the most samples of their own first.
std::vector<FunctionTime> function_times(const Profile& profile);

/// Samples of each category while running.
struct Shares {
  std::uint64_t guest = 0;
  std::uint64_t host = 0;
};
Shares shares(const Profile& profile);

/// `samples` in percent of `of`; 0 of nothing.
double percent(std::uint64_t samples, std::uint64_t of);

/// The children of each node, those with the greatest total first.
std::vector<std::vector<std::uint32_t>> children_of(const std::vector<Node>& nodes);

}  // namespace wasmjet::cli::profile
