#include "jit/compiled_code.hpp"

namespace wasmjet::jit {

CompiledCode::~CompiledCode() {
  if (registered_) CodeRegistry::remove(&code_map);
}

void CompiledCode::publish(std::size_t used) {
  region.seal(used);
  code_map.begin = region.data();
  code_map.size = used;
  code_map.owner = this;
  compile_stats.code_bytes = used;
  CodeRegistry::add(&code_map);
  registered_ = true;
}

void* CompiledCode::entry(std::uint32_t f) const {
  return region.data() + code_map.functions[f - imported_functions_].code_begin;
}

}  // namespace wasmjet::jit
