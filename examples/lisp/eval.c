/* The evaluator: a machine with a stack of frames. A frame says what to do with the next value. */
#include <string.h>

#include "lisp.h"

enum { kMaxFrames = 100000 };

typedef enum {
  kFrameArguments, /* rest: arguments still to evaluate; the callee and the others lie above base */
  kFrameCall,      /* form: the function that is running */
  kFrameBody,      /* rest: expressions still to evaluate; the value is the last one's */
  kFrameIf,        /* rest: (then else) */
  kFrameCond,      /* rest: the clauses from the tested one on */
  kFrameAnd,
  kFrameOr,
  kFrameSetq,      /* form: the symbol */
  kFrameLet,       /* form: (bindings . body); rest: bindings from the running one on; base: the values */
  kFrameWhileTest, /* form: (test . body) */
  kFrameWhileBody
} FrameKind;

typedef struct {
  FrameKind kind;
  uint32_t base;
  Value form, rest, environment;
} Frame;

typedef enum {
  kEvaluate, /* expression in environment */
  kReturn,   /* value to the topmost frame */
  kStop      /* an error was reported */
} Step;

static Frame frames[kMaxFrames];
static uint32_t frame_count;
static Value expression, environment, value;

void mark_machine(void (*mark)(Value)) {
  mark(expression);
  mark(environment);
  mark(value);
  for (uint32_t i = 0; i < frame_count; i++) {
    mark(frames[i].form);
    mark(frames[i].rest);
    mark(frames[i].environment);
  }
}

static Step stop(Value failed) { return (void)failed, kStop; }

static Step give(Value v) {
  if (v == kFailed) return kStop;
  value = v;
  return kReturn;
}

static bool push_frame(FrameKind kind, Value form, Value rest) {
  if (frame_count == kMaxFrames) {
    fail("recursion too deep");
    return false;
  }
  frames[frame_count++] = (Frame){kind, value_count, form, rest, environment};
  return true;
}

/* Pushes a frame and evaluates e before it gets the value. */
static Step evaluate_in_frame(FrameKind kind, Value form, Value rest, Value e) {
  if (!push_frame(kind, form, rest)) return kStop;
  expression = e;
  return kEvaluate;
}

static Step evaluate_next(Value e) {
  expression = e;
  return kEvaluate;
}

/* A proper list of expressions, one after the other. */
static Step evaluate_body(Value body) {
  if (body == kNil) return give(kNil);
  if (cdr(body) == kNil) return evaluate_next(car(body));
  return evaluate_in_frame(kFrameBody, kNil, cdr(body), car(body));
}

/* The pair (symbol . value) of the innermost binding, NIL for a global. */
static Value find_binding(Value symbol) {
  for (Value list = environment; list != kNil; list = cdr(list)) {
    if (car(car(list)) == symbol) return car(list);
  }
  return kNil;
}

static bool bind(Value symbol, Value v) {
  const Value binding = cons(symbol, v);
  const Value extended = binding == kFailed ? kFailed : cons(binding, environment);
  if (extended == kFailed) return false;
  environment = extended;
  return true;
}

/* May be bound: a symbol other than NIL, T and the special forms. */
static bool is_variable(Value v) { return is_symbol(v) && v != kNil && v != symbol_t && !is_special(v); }

/* ---- special forms ---- */

static Value make_function(const char* what, Value name, Value definition) {
  if (!is_pair(definition)) return fail("%s: parameters are missing", what);
  const Value parameters = car(definition);
  if (list_length(parameters) < 0) return fail_about(what, "parameters are not a list", parameters);
  for (Value list = parameters; list != kNil; list = cdr(list)) {
    if (!is_variable(car(list))) return fail_about(what, "not a parameter name", car(list));
  }
  const Value named = cons(name, definition);
  return named == kFailed ? kFailed : new_function(named, environment);
}

static Step define_function(Value arguments) {
  if (arguments == kNil || !is_variable(car(arguments))) {
    return stop(fail_about("DEFUN", "not a function name", arguments == kNil ? kNil : car(arguments)));
  }
  const Value name = car(arguments);
  const Value function = make_function("DEFUN", name, cdr(arguments));
  if (function == kFailed) return kStop;
  cell_of(name)->global = function;
  return give(name);
}

static Step start_let(Value arguments) {
  if (arguments == kNil || list_length(car(arguments)) < 0) return stop(fail("LET: bindings are not a list"));
  for (Value list = car(arguments); list != kNil; list = cdr(list)) {
    const Value binding = car(list);
    if (list_length(binding) != 2 || !is_variable(car(binding))) {
      return stop(fail_about("LET", "not a (name value)", binding));
    }
  }
  if (car(arguments) == kNil) return evaluate_body(cdr(arguments));
  return evaluate_in_frame(kFrameLet, arguments, car(arguments), car(cdr(car(car(arguments)))));
}

static Step start_cond(Value clauses) {
  if (clauses == kNil) return give(kNil);
  if (list_length(car(clauses)) < 1) return stop(fail_about("COND", "not a clause", car(clauses)));
  return evaluate_in_frame(kFrameCond, kNil, clauses, car(car(clauses)));
}

static Step evaluate_special(Form form, Value arguments) {
  static const struct {
    const char* name;
    int64_t least, most;
  } kShapes[kFormCount] = {[kFormQuote] = {"QUOTE", 1, 1},
                           [kFormIf] = {"IF", 2, 3},
                           [kFormCond] = {"COND", 0, INT64_MAX},
                           [kFormDefun] = {"DEFUN", 2, INT64_MAX},
                           [kFormLambda] = {"LAMBDA", 1, INT64_MAX},
                           [kFormLet] = {"LET", 1, INT64_MAX},
                           [kFormSetq] = {"SETQ", 2, 2},
                           [kFormProgn] = {"PROGN", 0, INT64_MAX},
                           [kFormAnd] = {"AND", 0, INT64_MAX},
                           [kFormOr] = {"OR", 0, INT64_MAX},
                           [kFormWhile] = {"WHILE", 1, INT64_MAX}};
  const int64_t count = list_length(arguments);
  if (count < 0) return stop(fail("%s: not a proper list", kShapes[form].name));
  if (count < kShapes[form].least || count > kShapes[form].most) {
    return stop(fail("%s: wrong number of arguments: %lld", kShapes[form].name, (long long)count));
  }
  switch (form) {
    case kFormQuote:
      return give(car(arguments));
    case kFormIf:
      return evaluate_in_frame(kFrameIf, kNil, cdr(arguments), car(arguments));
    case kFormCond:
      return start_cond(arguments);
    case kFormDefun:
      return define_function(arguments);
    case kFormLambda:
      return give(make_function("LAMBDA", kNil, arguments));
    case kFormLet:
      return start_let(arguments);
    case kFormSetq:
      if (!is_variable(car(arguments))) return stop(fail_about("SETQ", "not a variable", car(arguments)));
      return evaluate_in_frame(kFrameSetq, car(arguments), kNil, car(cdr(arguments)));
    case kFormProgn:
      return evaluate_body(arguments);
    case kFormAnd:
      if (arguments == kNil) return give(symbol_t);
      return evaluate_in_frame(kFrameAnd, kNil, cdr(arguments), car(arguments));
    case kFormOr:
      if (arguments == kNil) return give(kNil);
      return evaluate_in_frame(kFrameOr, kNil, cdr(arguments), car(arguments));
    case kFormWhile:
      return evaluate_in_frame(kFrameWhileTest, arguments, kNil, car(arguments));
    case kFormNil:
    case kFormCount:
      break;
  }
  return stop(fail("not a form"));
}

/* ---- calls ---- */

static bool check_count(const char* name, int64_t least, int64_t most, int64_t count) {
  if (count >= least && (most < 0 || count <= most)) return true;
  fail("%s: wrong number of arguments: %lld", name, (long long)count);
  return false;
}

static const char* name_of(Value function) {
  const Value name = car(cell_of(function)->car);
  return name == kNil ? "LAMBDA" : cell_of(name)->text;
}

/* The callee stands at values[base], its arguments above it; all of them are popped. */
static Step call_function(uint32_t base) {
  const Value function = values[base];
  const Value definition = cdr(cell_of(function)->car);
  const int64_t wanted = list_length(car(definition));
  if (!check_count(name_of(function), wanted, wanted, value_count - base - 1)) return kStop;
  if (list_length(cdr(definition)) < 0) return stop(fail("%s: body is not a proper list", name_of(function)));
  if (!push_frame(kFrameCall, function, kNil)) return kStop;
  environment = cell_of(function)->cdr;
  uint32_t argument = base + 1;
  for (Value list = car(definition); list != kNil; list = cdr(list)) {
    if (!bind(car(list), values[argument++])) return kStop;
  }
  value_count = base;
  return evaluate_body(cdr(definition));
}

/* (apply f a b '(c d)): replaces the list on top by its elements. */
static bool spread_last(void) {
  Value list = values[value_count - 1];
  if (list_length(list) < 0) {
    fail_about("APPLY", "not a list", list);
    return false;
  }

  for (value_count--; list != kNil; list = cdr(list)) {
    if (!push_value(car(list))) return false;
  }
  return true;
}

static Step call(uint32_t base) {
  for (;;) {
    const Value callee = values[base];
    if (has_type(callee, kFunction)) return call_function(base);
    if (!has_type(callee, kBuiltin)) return stop(fail_about("call", "not a function", callee));
    const uint32_t index = cell_of(callee)->size;
    const Builtin* builtin = &builtins[index];
    const uint32_t count = value_count - base - 1;
    if (!check_count(builtin->name, builtin->least, builtin->most, count)) return kStop;
    if (builtin->call != NULL) {
      const Value result = builtin->call(&values[base + 1], count);
      value_count = base;
      return give(result);
    }
    if (index == kBuiltinApply && !spread_last()) return kStop;
    memmove(&values[base], &values[base + 1], (value_count - base - 1) * sizeof(Value));
    value_count--;
  }
}

/* ---- the machine ---- */

static Step evaluate_expression(void) {
  if (is_pair(expression)) {
    const Value head = car(expression);
    if (is_special(head)) return evaluate_special((Form)(head >> 1), cdr(expression));
    if (list_length(cdr(expression)) < 0) return stop(fail_about("call", "not a proper list", expression));
    return evaluate_in_frame(kFrameArguments, kNil, cdr(expression), head);
  }
  if (!is_symbol(expression)) return give(expression);
  const Value binding = find_binding(expression);
  const Value v = binding != kNil ? cdr(binding) : cell_of(expression)->global;
  if (v == kUnbound) {
    const char* what = is_special(expression) ? "not a variable" : "unbound variable";
    return stop(fail("%s: %.100s", what, cell_of(expression)->text));
  }
  return give(v);
}

static Step return_to_arguments(Frame* frame) {
  if (!push_value(value)) return kStop;
  if (frame->rest != kNil) {
    const Value next = car(frame->rest);
    frame->rest = cdr(frame->rest);
    return evaluate_next(next);
  }
  frame_count--;
  return call(frame->base);
}

static Step return_to_let(Frame* frame) {
  if (!push_value(value)) return kStop;
  frame->rest = cdr(frame->rest);
  if (frame->rest != kNil) return evaluate_next(car(cdr(car(frame->rest))));
  uint32_t i = frame->base;
  for (Value list = car(frame->form); list != kNil; list = cdr(list)) {
    if (!bind(car(car(list)), values[i++])) return kStop;
  }
  value_count = frame->base;
  frame_count--;
  return evaluate_body(cdr(frame->form));
}

static Step return_to_cond(Frame* frame) {
  const Value clauses = frame->rest;
  frame_count--;
  if (value == kNil) return start_cond(cdr(clauses));
  const Value body = cdr(car(clauses));
  return body == kNil ? kReturn : evaluate_body(body);
}

/* AND ends at NIL, OR at anything else; the last expression decides. */
static Step return_to_junction(Frame* frame, bool end) {
  if (end || frame->rest == kNil) {
    frame_count--;
    return kReturn;
  }
  const Value next = car(frame->rest);
  frame->rest = cdr(frame->rest);
  return evaluate_next(next);
}

static Step return_to_setq(Frame* frame) {
  frame_count--;
  const Value binding = find_binding(frame->form);
  if (binding != kNil) {
    cell_of(binding)->cdr = value;
  } else {
    cell_of(frame->form)->global = value;
  }
  return kReturn;
}

static Step return_to_while_test(Frame* frame) {
  if (value == kNil) {
    frame_count--;
    return kReturn;
  }
  frame->kind = kFrameWhileBody;
  return evaluate_body(cdr(frame->form));
}

static Step return_value(void) {
  Frame* frame = &frames[frame_count - 1];
  environment = frame->environment;
  switch (frame->kind) {
    case kFrameArguments:
      return return_to_arguments(frame);
    case kFrameCall:
      frame_count--;
      return kReturn;
    case kFrameBody: {
      const Value rest = frame->rest;
      frame_count--;
      return evaluate_body(rest);
    }
    case kFrameIf: {
      const Value branches = frame->rest;
      frame_count--;
      if (value != kNil) return evaluate_next(car(branches));
      return evaluate_body(cdr(branches));
    }
    case kFrameCond:
      return return_to_cond(frame);
    case kFrameAnd:
      return return_to_junction(frame, value == kNil);
    case kFrameOr:
      return return_to_junction(frame, value != kNil);
    case kFrameSetq:
      return return_to_setq(frame);
    case kFrameLet:
      return return_to_let(frame);
    case kFrameWhileTest:
      return return_to_while_test(frame);
    case kFrameWhileBody:
      frame->kind = kFrameWhileTest;
      return evaluate_next(car(frame->form));
  }
  return stop(fail("broken frame"));
}

/* Says in which function the error arose. */
static void add_context(void) {
  for (uint32_t i = frame_count; i-- > 0;) {
    if (frames[i].kind != kFrameCall) continue;
    const size_t used = strlen(error_text);
    const char* name = name_of(frames[i].form);
    if (used + strlen(name) + 6 < sizeof error_text) {
      strcat(strcat(strcat(error_text, " (in "), name), ")");
    }
    return;
  }
}

static Value run(void) {
  Step step = kEvaluate;
  while (step != kStop) {
    step = step == kEvaluate ? evaluate_expression() : return_value();
    if (step == kReturn && frame_count == 0) return value;
  }
  add_context();
  return kFailed;
}

Value evaluate(Value e) {
  expression = e;
  const Value result = run();
  frame_count = 0;
  expression = environment = value = kNil; /* so that nothing of a failed run is kept alive */
  return result;
}
