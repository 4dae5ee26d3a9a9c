#include "spec-tests/differential/numeric_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "spec-tests/differential/soft_float.hpp"

namespace wasmjet::testing {
namespace {

ValType to_value_type(StackType type) {
  return ValType(
      static_cast<ValKind>(static_cast<std::uint8_t>(type) - static_cast<std::uint8_t>(StackType::i32)));
}
bool is_integer(ValType type) { return !type.is_float(); }

const Bytes kReturn = plain(Opcode::return_);
const Bytes kSelect = plain(Opcode::select);
const Bytes kIfI32{0x04, 0x7F};
const Bytes kElse = plain(Opcode::else_);
const Bytes kBranchOnTrue = op::br_if(0) + op::i32_const(0) + kReturn + op::end + op::i32_const(1);

/// The body of one function.
class Body {
 public:
  Body(const NumericFunction& function, const std::vector<std::uint64_t>& constants,
       const NumericTypes& types, std::uint32_t saved)
      : function_(function),
        constants_(constants),
        types_(types),
        saved_(saved),
        arity_(static_cast<std::uint32_t>(types.operands.size())) {}

  Bytes code() {
    prepare();
    emit(before());
    for (unsigned i = 0; i < function_.shape.pressure; ++i) emit(op::local_get(mark()) + to_temporary(kI32));
    for (std::uint32_t i = 0; i < arity_; ++i)
      emit(operand(function_.kinds[i], types_.operands[i], i, constants_[i]));
    emit(plain(function_.op));
    emit(after());
    if (function_.shape.pressure != 0) check_temporaries();
    return std::move(code_);
  }
  /// Behind the parameters: result(), mark(), the crowd.
  std::vector<ValType> locals() const {
    std::vector<ValType> locals{types_.result, kI32};
    if (crowded()) add_crowd(locals);
    return locals;
  }

 private:
  std::uint32_t result() const { return arity_; }
  std::uint32_t mark() const { return arity_ + 1; }
  Use use() const { return function_.shape.use; }
  void emit(const Bytes& bytes) { code_.insert(code_.end(), bytes.begin(), bytes.end()); }
  bool crowded() const {
    return use() == Use::frame_local || std::ranges::count(function_.kinds, OperandKind::frame) != 0;
  }

  void prepare() {
    if (function_.shape.pressure != 0) emit(op::i32_const(kMark) + op::local_set(mark()));
    if (!crowded()) return;
    std::vector<std::uint32_t> homes;
    for (std::uint32_t i = 0; i < arity_; ++i) {
      if (function_.kinds[i] == OperandKind::home) homes.push_back(i);
    }
    if (use() == Use::local || use() == Use::tee) homes.push_back(result());
    emit(use_crowd(arity_ + 2, homes));
  }
  Bytes before() const {
    switch (use()) {
      case Use::plus:
        return op::local_get(0);
      case Use::br_if:
      case Use::eqz_br_if:
        return op::block;
      case Use::select:
        return op::i32_const(1) + op::i32_const(0);
      default:
        return {};
    }
  }
  Bytes after() const {
    const bool wide = types_.result == kI64;
    const Bytes eqz = plain(wide ? Opcode::i64_eqz : Opcode::i32_eqz);
    switch (use()) {
      case Use::stack:
        return {};
      case Use::local:
      case Use::frame_local:
        return op::local_set(result()) + op::local_get(result());
      case Use::tee:
        return plain(Opcode::local_tee) + uleb(result());
      case Use::left:
        return op::local_set(0) + op::local_get(0);
      case Use::right:
        return op::local_set(1) + op::local_get(1);
      case Use::plus:
        return plain(wide ? Opcode::i64_add : Opcode::i32_add);
      case Use::eqz:
        return eqz;
      case Use::eqz_br_if:
        return eqz + kBranchOnTrue;
      case Use::br_if:
        return kBranchOnTrue;
      case Use::if_:
        return kIfI32 + op::i32_const(1) + kElse + op::i32_const(0) + op::end;
      case Use::select:
        return kSelect;
    }
    return {};
  }
  /// The result waits in a global; a temporary that changed traps.
  void check_temporaries() {
    emit(op::global_set(saved_));
    for (unsigned i = 0; i < function_.shape.pressure; ++i) {
      emit(op::i32_const(kMark) + plain(Opcode::i32_ne) + op::begin_if + op::unreachable + op::end);
    }
    emit(op::global_get(saved_));
  }

  static constexpr std::int32_t kMark = 0x5A5A1234;

  const NumericFunction& function_;
  const std::vector<std::uint64_t>& constants_;
  const NumericTypes& types_;
  std::uint32_t saved_;
  std::uint32_t arity_;
  Bytes code_;
};

}  // namespace

NumericTypes::NumericTypes(Opcode op) : result(to_value_type(signature(op).push)) {
  for (unsigned i = 0; i < signature(op).pops; ++i) operands.push_back(to_value_type(signature(op).pop[i]));
}

std::vector<Shape> shapes_of(const NumericTypes& types) {
  const bool binary = types.operands.size() == 2;
  const bool to_left = types.operands[0] == types.result,
             to_right = binary && types.operands[1] == types.result;
  std::vector<Shape> shapes = {{Use::stack}, {Use::local}, {Use::tee}, {Use::frame_local}};
  if (to_left) shapes.push_back({Use::left});
  if (to_right) shapes.push_back({Use::right});
  if (is_integer(types.result)) {
    if (to_left) shapes.push_back({Use::plus});
    shapes.push_back({Use::eqz});
    shapes.push_back({Use::eqz_br_if});
  }
  if (types.result == kI32) {
    for (const Use use : {Use::br_if, Use::if_, Use::select}) shapes.push_back({use});
  }
  if (is_integer(types.result) || is_integer(types.operands[0])) {
    // As many as there are scratch registers, so that fixed registers are met in every state.
    constexpr unsigned kMostPressure = 4, kSomePressure = 2;
    for (unsigned pressure = 1; pressure <= kMostPressure; ++pressure)
      shapes.push_back({Use::stack, pressure});
    if (to_left) shapes.push_back({Use::left, kSomePressure});
    if (to_right) shapes.push_back({Use::right, kSomePressure});
  }
  return shapes;
}

ValType type_of_use(Use use, const NumericTypes& types) {
  return use == Use::eqz || use == Use::eqz_br_if ? kI32 : types.result;
}

Expected expected_of_use(Use use, const Expected& expected, std::uint64_t left, ValType type) {
  if (expected.kind != Expected::Kind::bits) return expected;
  const std::uint64_t all = type == kI32 || type == kF32 ? 0xFFFF'FFFF : ~std::uint64_t{0};
  switch (use) {
    case Use::plus:
      return Expected::of(static_cast<std::uint64_t>(Wide{left} + expected.bits) & all);
    case Use::eqz:
    case Use::eqz_br_if:
      return Expected::of(expected.bits == 0 ? 1 : 0);
    case Use::br_if:
    case Use::if_:
    case Use::select:
      return Expected::of(expected.bits != 0 ? 1 : 0);
    default:
      return expected;
  }
}

std::string NumericFunction::text() const {
  static constexpr const char* kKinds[] = {"constant", "home", "frame", "temporary", "slot"};
  static constexpr const char* kUses[] = {"stack", "local", "tee",       "frame_local", "left", "right",
                                          "plus",  "eqz",   "eqz_br_if", "br_if",       "if",   "select"};
  std::string out(text_name(op));
  for (const OperandKind kind : kinds) out += std::string(" ") + kKinds[static_cast<std::size_t>(kind)];
  return fmt::format("{} -> {}, pressure {}", out, kUses[static_cast<std::size_t>(shape.use)],
                     shape.pressure);
}

std::uint32_t add_function(ModuleBuilder& module, const NumericFunction& function,
                           const std::vector<std::uint64_t>& constants, const NumericTypes& types,
                           std::uint32_t saved) {
  Body body(function, constants, types, saved);
  return module.function("", {types.operands, {type_of_use(function.shape.use, types)}}, body.code(),
                         body.locals());
}

}  // namespace wasmjet::testing
