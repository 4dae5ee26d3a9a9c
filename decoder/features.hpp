#pragma once

namespace wasmjet {

/// What a module may use beyond WebAssembly 3.0, all of which is always on.
struct Features {
  bool threads = false;            ///< shared memories and atomic instructions
  bool custom_page_sizes = false;  ///< memories whose pages have one byte
};

}  // namespace wasmjet
