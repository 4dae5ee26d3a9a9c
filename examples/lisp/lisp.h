/* A small Lisp: shared declarations.
 *
 * One interpreter, no threads. Nothing here recurses on the C stack: reader, printer, evaluator and
 * collector keep their own bounded stacks, so that deep input is an error message and not a crash.
 * A function that can fail returns kFailed after calling fail(). */
#ifndef LISP_H
#define LISP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An integer (lowest bit set, 63 bits of value) or twice the index of a heap cell. NIL is cell 0. */
typedef uint64_t Value;

#define kNil ((Value)0)
#define kFailed ((Value) - 2)  /* not a value: an error was reported */
#define kUnbound ((Value) - 4) /* not a value: a symbol without a global binding */

typedef enum { kPair, kSymbol, kString, kFunction, kBuiltin } CellType;

typedef struct {
  uint8_t type;
  bool marked;
  uint32_t size; /* symbol, string: bytes of text; builtin: index */
  union {
    struct {
      Value car, cdr; /* pair; function: car = (name parameters . body), cdr = environment */
    };
    struct {
      char* text;   /* symbol, string; zero-terminated */
      Value global; /* symbol: its global value or kUnbound */
    };
  };
} Cell;

/* Special forms are the symbols that are interned first; their cell index is their identity. */
typedef enum {
  kFormNil,
  kFormQuote,
  kFormIf,
  kFormCond,
  kFormDefun,
  kFormLambda,
  kFormLet,
  kFormSetq,
  kFormProgn,
  kFormAnd,
  kFormOr,
  kFormWhile,
  kFormCount
} Form;

/* heap.c */
extern Cell heap[];
void heap_init(void);
Value cons(Value car, Value cdr);
Value new_function(Value definition, Value environment);
Value new_builtin(uint32_t index);
Value new_string(const char* text, size_t size);
Value intern(const char* name, size_t size);
Value integer(int64_t n);
void collect_garbage(void);

static inline bool is_integer(Value v) { return (v & 1) != 0; }
static inline int64_t integer_of(Value v) { return (int64_t)v >> 1; }
static inline Cell* cell_of(Value v) { return &heap[v >> 1]; }
static inline bool has_type(Value v, CellType type) { return !is_integer(v) && cell_of(v)->type == type; }
static inline bool is_pair(Value v) { return has_type(v, kPair); }
static inline bool is_symbol(Value v) { return has_type(v, kSymbol); }
static inline bool is_string(Value v) { return has_type(v, kString); }
static inline bool is_list(Value v) { return v == kNil || is_pair(v); }
static inline Value car(Value v) { return cell_of(v)->car; }
static inline Value cdr(Value v) { return cell_of(v)->cdr; }
static inline bool is_special(Value v) { return is_symbol(v) && v >> 1 != kFormNil && v >> 1 < kFormCount; }
extern Value symbol_t;
static inline Value truth(bool b) { return b ? symbol_t : kNil; }

/* stack.c: values under construction; all of them are roots of the collector. */
enum { kMaxValues = 1 << 18 };
extern Value values[kMaxValues];
extern uint32_t value_count;
bool push_value(Value v); /* false after reporting an error */

/* error.c */
extern char error_text[256];
Value fail(const char* format, ...) __attribute__((format(printf, 1, 2)));
/* "WHAT: COMPLAINT: VALUE", the value cut to a readable length. */
Value fail_about(const char* what, const char* complaint, Value v);

/* print.c */
/* Writes to stdout; `readable` quotes strings. */
void print_value(Value v, bool readable);
/* Writes at most `size` - 1 characters and a zero. */
void format_value(char* out, size_t size, Value v, bool readable);

/* read.c */
typedef struct {
  const char* position;
  const char* end;
} Input;
/* Skips blanks and comments; true if something is left to read. */
bool more_input(Input* input);
Value read_value(Input* input);

/* builtins.c */
typedef struct {
  const char* name;
  int least, most; /* number of arguments; most = -1: any */
  Value (*call)(const Value* arguments, uint32_t count);
} Builtin;
extern const Builtin builtins[];
void builtins_init(void);
/* These two have no `call`: the evaluator performs them. */
enum { kBuiltinFuncall, kBuiltinApply };
/* Number of elements, -1 if not a proper list. */
int64_t list_length(Value list);

/* eval.c */
Value evaluate(Value expression);
/* The evaluator's roots, for the collector. */
void mark_machine(void (*mark)(Value));

#endif
