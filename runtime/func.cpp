#include "runtime/func.hpp"

#include <algorithm>
#include <stdexcept>

#include "runtime/activation.hpp"
#include "runtime/store.hpp"

namespace wasmjet {

Func::Func(Store& store, FuncRef* ref)
    : store_(&store), ref_(ref), type_(&store.engine().type(ref->type_id)) {}

Outcome Func::call(std::span<const Value> args) const {
  const std::size_t results = type().results.size();
  if (args.size() != type().params.size()) throw std::invalid_argument("wrong number of arguments");
  Outcome outcome;
  outcome.values.resize(std::max(args.size(), results));
  std::copy(args.begin(), args.end(), outcome.values.begin());
  outcome.trap = invoke(*store_, *ref_, *type_, outcome.values.data());
  outcome.values.resize(outcome.ok() ? results : 0);
  return outcome;
}

std::optional<Trap> Func::call_in_place(std::span<Value> values) const {
  if (values.size() != std::max(type().params.size(), type().results.size())) {
    throw std::invalid_argument("wrong number of values");
  }
  return invoke(*store_, *ref_, *type_, values.data());
}

}  // namespace wasmjet
