#pragma once

#include <string>

namespace wasmjet::jit {

/// A shared library that is loaded when something of it is needed: linked, it would add to every start of the
/// command (docs/dependencies.md). It stays loaded.
class LoadedLibrary {
 public:
  /// `purpose` completes the message "cannot … without libx.so". Throws std::runtime_error, as find() does.
  LoadedLibrary(std::string name, std::string purpose);

  /// Sets `function`, of the type that the library's header declares, to the one called `symbol`.
  template <class Function>
  void find(Function*& function, const char* symbol) const {
    function = reinterpret_cast<Function*>(address_of(symbol));
  }

 private:
  void* address_of(const char* symbol) const;
  [[noreturn]] void fail() const;

  std::string name_;
  std::string purpose_;
  void* handle_;
};

}  // namespace wasmjet::jit
