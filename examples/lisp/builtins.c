/* The functions of the global environment. Arguments lie on the value stack, so they are rooted. */
#include <stdio.h>
#include <string.h>

#include "lisp.h"

enum { kMaxText = 1 << 20 };

int64_t list_length(Value list) {
  int64_t length = 0;
  for (; is_pair(list); list = cdr(list)) length++;
  return list == kNil ? length : -1;
}

static bool all_integers(const char* what, const Value* arguments, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (!is_integer(arguments[i])) {
      fail_about(what, "not a number", arguments[i]);
      return false;
    }
  }
  return true;
}

static Value add(const Value* arguments, uint32_t count) {
  if (!all_integers("+", arguments, count)) return kFailed;
  Value sum = integer(0);
  /* Two 63-bit integers cannot overflow 64 bits, and integer() refuses more than 63. */
  for (uint32_t i = 0; i < count && sum != kFailed; i++)
    sum = integer(integer_of(sum) + integer_of(arguments[i]));
  return sum;
}

static Value subtract(const Value* arguments, uint32_t count) {
  if (!all_integers("-", arguments, count)) return kFailed;
  if (count == 1) return integer(-integer_of(arguments[0]));
  Value difference = arguments[0];
  for (uint32_t i = 1; i < count && difference != kFailed; i++) {
    difference = integer(integer_of(difference) - integer_of(arguments[i]));
  }
  return difference;
}

static Value multiply(const Value* arguments, uint32_t count) {
  if (!all_integers("*", arguments, count)) return kFailed;
  Value product = integer(1);
  for (uint32_t i = 0; i < count && product != kFailed; i++) {
    int64_t n;
    if (__builtin_mul_overflow(integer_of(product), integer_of(arguments[i]), &n))
      return fail("integer overflow");
    product = integer(n);
  }
  return product;
}

static Value divide(const Value* arguments, uint32_t count) {
  if (!all_integers("/", arguments, count)) return kFailed;
  Value quotient = arguments[0];
  for (uint32_t i = 1; i < count && quotient != kFailed; i++) {
    if (integer_of(arguments[i]) == 0) return fail("/: division by zero");
    quotient = integer(integer_of(quotient) / integer_of(arguments[i]));
  }
  return quotient;
}

/* The remainder with the divisor's sign. */
static Value modulo(const Value* arguments, uint32_t count) {
  if (!all_integers("MOD", arguments, count)) return kFailed;
  const int64_t divisor = integer_of(arguments[1]);
  if (divisor == 0) return fail("MOD: division by zero");
  const int64_t rest = integer_of(arguments[0]) % divisor;
  return integer(rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest);
}

typedef enum { kEqual, kLess, kGreater, kLessOrEqual, kGreaterOrEqual } Order;

static bool in_order(Order order, int64_t a, int64_t b) {
  switch (order) {
    case kEqual:
      return a == b;
    case kLess:
      return a < b;
    case kGreater:
      return a > b;
    case kLessOrEqual:
      return a <= b;
    case kGreaterOrEqual:
      return a >= b;
  }
  return false;
}

static Value compare(const char* what, Order order, const Value* arguments, uint32_t count) {
  if (!all_integers(what, arguments, count)) return kFailed;
  for (uint32_t i = 1; i < count; i++) {
    if (!in_order(order, integer_of(arguments[i - 1]), integer_of(arguments[i]))) return kNil;
  }
  return symbol_t;
}

static Value number_equal(const Value* a, uint32_t n) { return compare("=", kEqual, a, n); }
static Value less(const Value* a, uint32_t n) { return compare("<", kLess, a, n); }
static Value greater(const Value* a, uint32_t n) { return compare(">", kGreater, a, n); }
static Value less_or_equal(const Value* a, uint32_t n) { return compare("<=", kLessOrEqual, a, n); }
static Value greater_or_equal(const Value* a, uint32_t n) { return compare(">=", kGreaterOrEqual, a, n); }

static bool same_string(Value a, Value b) {
  const Cell *x = cell_of(a), *y = cell_of(b);
  return x->size == y->size && memcmp(x->text, y->text, x->size) == 0;
}

/* Compares structures; pairs still to compare wait on the value stack. */
static Value equal(const Value* arguments, uint32_t count) {
  (void)count;
  const uint32_t base = value_count;
  Value result = symbol_t;
  if (!push_value(arguments[0]) || !push_value(arguments[1])) return kFailed;
  while (value_count > base && result == symbol_t) {
    const Value b = values[--value_count];
    const Value a = values[--value_count];
    if (a == b) continue;
    if (is_string(a) && is_string(b)) {
      result = truth(same_string(a, b));
    } else if (!is_pair(a) || !is_pair(b)) {
      result = kNil;
    } else if (!push_value(cdr(a)) || !push_value(cdr(b)) || !push_value(car(a)) || !push_value(car(b))) {
      result = kFailed;
    }
  }
  value_count = base;
  return result;
}

static Value first(const Value* arguments, uint32_t count) {
  (void)count;
  if (!is_list(arguments[0])) return fail_about("CAR", "not a list", arguments[0]);
  return arguments[0] == kNil ? kNil : car(arguments[0]);
}

static Value rest(const Value* arguments, uint32_t count) {
  (void)count;
  if (!is_list(arguments[0])) return fail_about("CDR", "not a list", arguments[0]);
  return arguments[0] == kNil ? kNil : cdr(arguments[0]);
}

static Value make_pair(const Value* arguments, uint32_t count) {
  (void)count;
  return cons(arguments[0], arguments[1]);
}

static Value list(const Value* arguments, uint32_t count) {
  Value v = kNil;
  while (count > 0 && v != kFailed) v = cons(arguments[--count], v);
  return v;
}

/* `list` before `tail`. */
static Value append_two(Value list, Value tail) {
  const uint32_t base = value_count;
  if (list_length(list) < 0) return fail_about("APPEND", "not a list", list);
  for (; is_pair(list); list = cdr(list)) {
    if (!push_value(car(list))) return kFailed;
  }
  while (value_count > base && tail != kFailed) tail = cons(values[--value_count], tail);
  return tail;
}

static Value append(const Value* arguments, uint32_t count) {
  if (count == 0) return kNil;
  Value v = arguments[count - 1];
  for (uint32_t i = count - 1; i > 0 && v != kFailed; i--) v = append_two(arguments[i - 1], v);
  return v;
}

static Value reverse(const Value* arguments, uint32_t count) {
  (void)count;
  if (list_length(arguments[0]) < 0) return fail_about("REVERSE", "not a list", arguments[0]);
  Value v = kNil;
  for (Value rest = arguments[0]; is_pair(rest) && v != kFailed; rest = cdr(rest)) v = cons(car(rest), v);
  return v;
}

static Value length(const Value* arguments, uint32_t count) {
  (void)count;
  if (is_string(arguments[0])) return integer(cell_of(arguments[0])->size);
  const int64_t n = list_length(arguments[0]);
  return n < 0 ? fail_about("LENGTH", "not a list or string", arguments[0]) : integer(n);
}

static Value eq(const Value* a, uint32_t n) { return (void)n, truth(a[0] == a[1]); }
static Value null(const Value* a, uint32_t n) { return (void)n, truth(a[0] == kNil); }
static Value atom(const Value* a, uint32_t n) { return (void)n, truth(!is_pair(a[0])); }
static Value consp(const Value* a, uint32_t n) { return (void)n, truth(is_pair(a[0])); }
static Value listp(const Value* a, uint32_t n) { return (void)n, truth(is_list(a[0])); }
static Value numberp(const Value* a, uint32_t n) { return (void)n, truth(is_integer(a[0])); }
static Value stringp(const Value* a, uint32_t n) { return (void)n, truth(is_string(a[0])); }
static Value symbolp(const Value* a, uint32_t n) { return (void)n, truth(is_symbol(a[0])); }

/* Strings as they are, other values as they print, one behind the other. */
static Value concat(const Value* arguments, uint32_t count) {
  static char text[kMaxText];
  size_t size = 0;
  for (uint32_t i = 0; i < count; i++) {
    char printed[1024];
    const char* part = printed;
    size_t part_size;
    if (is_string(arguments[i])) {
      part = cell_of(arguments[i])->text;
      part_size = cell_of(arguments[i])->size;
    } else {
      format_value(printed, sizeof printed, arguments[i], false);
      part_size = strlen(printed);
    }
    if (part_size > sizeof text - size) return fail("CONCAT: string too long");
    memcpy(text + size, part, part_size);
    size += part_size;
  }
  return new_string(text, size);
}

/* (subseq string start [end]) */
static Value subseq(const Value* arguments, uint32_t count) {
  if (!is_string(arguments[0])) return fail_about("SUBSEQ", "not a string", arguments[0]);
  if (!all_integers("SUBSEQ", arguments + 1, count - 1)) return kFailed;
  static char text[kMaxText];
  const Cell* cell = cell_of(arguments[0]);
  const int64_t start = integer_of(arguments[1]);
  const int64_t end = count == 3 ? integer_of(arguments[2]) : (int64_t)cell->size;
  if (start < 0 || start > end || end > (int64_t)cell->size) return fail("SUBSEQ: out of range");
  const size_t size = (size_t)(end - start);
  memcpy(text, cell->text + start, size); /* the collector may free the source */
  return new_string(text, size);
}

static Value print(const Value* arguments, uint32_t count) {
  (void)count;
  print_value(arguments[0], true);
  putchar('\n');
  return arguments[0];
}

static Value princ(const Value* arguments, uint32_t count) {
  (void)count;
  print_value(arguments[0], false);
  return arguments[0];
}

const Builtin builtins[] = {
    [kBuiltinFuncall] = {"FUNCALL", 1, -1, NULL},
    [kBuiltinApply] = {"APPLY", 2, -1, NULL},
    {"+", 0, -1, add},
    {"-", 1, -1, subtract},
    {"*", 0, -1, multiply},
    {"/", 2, -1, divide},
    {"MOD", 2, 2, modulo},
    {"=", 1, -1, number_equal},
    {"<", 1, -1, less},
    {">", 1, -1, greater},
    {"<=", 1, -1, less_or_equal},
    {">=", 1, -1, greater_or_equal},
    {"EQ", 2, 2, eq},
    {"EQUAL", 2, 2, equal},
    {"NOT", 1, 1, null},
    {"NULL", 1, 1, null},
    {"ATOM", 1, 1, atom},
    {"CONSP", 1, 1, consp},
    {"LISTP", 1, 1, listp},
    {"NUMBERP", 1, 1, numberp},
    {"STRINGP", 1, 1, stringp},
    {"SYMBOLP", 1, 1, symbolp},
    {"CAR", 1, 1, first},
    {"CDR", 1, 1, rest},
    {"CONS", 2, 2, make_pair},
    {"LIST", 0, -1, list},
    {"APPEND", 0, -1, append},
    {"REVERSE", 1, 1, reverse},
    {"LENGTH", 1, 1, length},
    {"CONCAT", 0, -1, concat},
    {"SUBSEQ", 2, 3, subseq},
    {"PRINT", 1, 1, print},
    {"PRINC", 1, 1, princ},
};

void builtins_init(void) {
  for (uint32_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++) {
    const Value name = intern(builtins[i].name, strlen(builtins[i].name));
    cell_of(name)->global = new_builtin(i);
  }
}
