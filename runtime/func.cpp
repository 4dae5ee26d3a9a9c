#include "runtime/func.hpp"

#include <stdexcept>

#include "runtime/activation.hpp"
#include "runtime/store.hpp"

namespace wasmjet {

Func::Func(Store& store, FuncRef* ref)
    : store_(&store), ref_(ref), type_(&store.engine().type(ref->type_id)) {}

Outcome::Outcome(const Func& function, std::span<const Value> args)
    : values(args, function.type_->values),
      trap(invoke(*function.store_, *function.ref_, *function.type_, values.data())) {
  values.truncate(ok() ? function.type_->results : 0);
}

Outcome Func::call(std::span<const Value> args) const {
  if (args.size() != type_->params) throw std::invalid_argument("wrong number of arguments");
  return {*this, args};
}

std::optional<Trap> Func::call_in_place(std::span<Value> values) const {
  if (values.size() != type_->values) throw std::invalid_argument("wrong number of values");
  return invoke(*store_, *ref_, *type_, values.data());
}

}  // namespace wasmjet
