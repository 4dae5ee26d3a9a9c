#include "jit/compiled_code.hpp"

namespace wasmjet::jit {

CompiledCode::~CompiledCode() {
  if (registered_) CodeRegistry::remove(&code_map);
}

void CompiledCode::publish(std::size_t used) {
  interpreted.finish();
  region.seal(used);
  code_map.begin = region.data();
  code_map.size = used;
  code_map.owner = this;
  compile_stats.code_bytes = used;
  compile_stats.interpreted_functions = static_cast<std::uint32_t>(interpreted.size());
  CodeRegistry::add(&code_map);
  registered_ = true;
}

void* CompiledCode::entry(std::uint32_t f) const {
  return region.data() + entries[f - interpreted.module().imported_functions];
}

}  // namespace wasmjet::jit
