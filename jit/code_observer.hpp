#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wasmjet::jit {

/// What a piece of machine code does with the stack: how a debugger gets from it to its caller.
enum class CodeKind : std::uint8_t {
  function,  ///< links a frame at CodeSymbol::frame_begin
  stub,      ///< links a frame at CodeSymbol::frame_begin; between Wasm and the host or the interpreter
  entry,     ///< from the host into Wasm: links a frame, and keeps the host's registers there
  jump,      ///< has no frame and goes on elsewhere
};

/// One piece of machine code with a name.
struct CodeSymbol {
  std::string name;          ///< no spaces, nothing that could drive a terminal, at most a few hundred bytes
  std::uint32_t offset = 0;  ///< from NewCode::begin
  std::uint32_t size = 0;
  CodeKind kind = CodeKind::function;
  std::uint32_t first_line = 0;  ///< of NewCode::lines
  std::uint32_t lines = 0;
  std::uint32_t frame_begin = 0;  ///< of a function or stub: so many bytes run before it links its frame
};

/// From `offset` on, up to the next line of the same symbol, code comes from this place.
struct CodeLine {
  std::uint32_t offset = 0;  ///< from NewCode::begin
  std::uint32_t file = 0;    ///< of NewCode::files
  std::uint32_t line = 0;    ///< of source, or in a file that stands for the module an offset in its bytes
  std::uint32_t column = 0;
};

/// Machine code that is about to be executed for the first time.
struct NewCode {
  const std::uint8_t* begin = nullptr;
  std::size_t size = 0;
  std::vector<CodeSymbol> symbols;  ///< in the order of their places
  std::vector<std::string> files;   ///< names are as those of symbols
  std::vector<CodeLine> lines;      ///< empty unless CodeObserver::wants_lines()
};

/// Somebody who is told of all machine code: a profiler, a debugger. Called from any thread.
class CodeObserver {
 public:
  virtual ~CodeObserver() = default;
  /// What is returned is destroyed before the code is; it may be null.
  virtual std::shared_ptr<void> added(const NewCode& code) = 0;
  virtual bool wants_lines() const = 0;
  /// What went wrong with telling others, as one line; "" if nothing did.
  virtual std::string problem() const { return {}; }
};

using CodeObservers = std::vector<std::shared_ptr<CodeObserver>>;

}  // namespace wasmjet::jit
