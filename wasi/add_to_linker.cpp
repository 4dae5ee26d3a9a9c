#include "runtime/linker.hpp"
#include "wasi/abi.hpp"
#include "wasi/functions.hpp"

namespace wasmjet::wasi {

void add_to_linker(Linker& linker, WasiContext& context) {
  for (const Function& function : functions()) {
    linker.define_lazily(kModuleName, function.name, [&context, &function](Store& store) {
      return store.create_function(function.type(),
                                   [&context, call = function.call](Caller& caller, Value* values) {
                                     return call(context, caller, values);
                                   });
    });
  }
}

}  // namespace wasmjet::wasi
