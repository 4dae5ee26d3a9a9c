#include "wasi/functions.hpp"

#include <type_traits>
#include <utility>

#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

namespace {

template <class T>
ValType type_of() {
  if constexpr (std::is_same_v<T, uint32_t>) {
    return kI32;
  } else {
    static_assert(std::is_same_v<T, uint64_t> || std::is_same_v<T, int64_t>);
    return kI64;
  }
}

template <class T>
T argument(const Value& value) {
  if constexpr (std::is_same_v<T, uint32_t>) {
    return value.u32;
  } else {
    return static_cast<T>(value.u64);
  }
}

/// The type and the callback of a handler, both made from its C++ type.
template <auto Handler, class Signature = decltype(Handler)>
struct Binding;

template <auto Handler, class Return, class... Params>
struct Binding<Handler, Return (*)(Call&, Params...)> {
  static FuncType type() {
    FuncType result{{type_of<Params>()...}, {}};
    if constexpr (std::is_same_v<Return, Answer>) result.results.push_back(kI32);
    return result;
  }

  static HostResult call(WasiContext& context, Caller& caller, Value* values) {
    Call call(context, caller);
    return invoke(call, values, std::index_sequence_for<Params...>{});
  }

 private:
  template <std::size_t... I>
  static HostResult invoke(Call& call, [[maybe_unused]] Value* values, std::index_sequence<I...>) {
    if constexpr (std::is_same_v<Return, Leave>) {
      return Handler(call, argument<Params>(values[I])...).how;
    } else {
      Answer answer = Handler(call, argument<Params>(values[I])...);
      if (answer.leave()) return std::move(*answer.leave());
      values[0].u32 = static_cast<uint32_t>(answer.error());
      return HostResult::ok();
    }
  }
};

constexpr Function kFunctions[] = {
#define WASI_FUNCTION(name) {#name, Binding<&name>::type, Binding<&name>::call},
#include "wasi/functions.def"
#undef WASI_FUNCTION
};

}  // namespace

std::span<const Function> functions() { return kFunctions; }

}  // namespace wasmjet::wasi
