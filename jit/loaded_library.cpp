#include "jit/loaded_library.hpp"

#include <dlfcn.h>

#include <stdexcept>
#include <utility>

namespace wasmjet::jit {

LoadedLibrary::LoadedLibrary(std::string name, std::string purpose)
    : name_(std::move(name)),
      purpose_(std::move(purpose)),
      handle_(dlopen(name_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) fail();
}

void* LoadedLibrary::address_of(const char* symbol) const {
  void* const address = dlsym(handle_, symbol);
  if (address == nullptr) fail();
  return address;
}

void LoadedLibrary::fail() const { throw std::runtime_error("cannot " + purpose_ + " without " + name_); }

}  // namespace wasmjet::jit
