/* Prints without recursion: what is left to print waits on the value stack. */
#include <stdio.h>

#include "lisp.h"

/* A shared structure can print as exponentially many characters, so output is cut. */
enum { kMaxPrinted = 1 << 20 };

typedef struct {
  char* buffer; /* NULL: stdout */
  size_t left;
  bool readable;
} Sink;

static void put(Sink* sink, char c) {
  if (sink->left == 0) return;
  sink->left--;
  if (sink->buffer != NULL) {
    *sink->buffer++ = c;
  } else {
    putchar(c);
  }
}

static void put_text(Sink* sink, const char* text) {
  while (*text != 0) put(sink, *text++);
}

static void put_string(Sink* sink, const Cell* cell) {
  if (sink->readable) put(sink, '"');
  for (uint32_t i = 0; i < cell->size && sink->left > 0; i++) {
    const char c = cell->text[i];
    if (!sink->readable) {
      put(sink, c);
    } else if (c == '\n' || c == '\t') {
      put_text(sink, c == '\n' ? "\\n" : "\\t");
    } else {
      if (c == '"' || c == '\\') put(sink, '\\');
      put(sink, c);
    }
  }
  if (sink->readable) put(sink, '"');
}

static void put_atom(Sink* sink, Value v) {
  if (is_integer(v)) {
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)integer_of(v));
    put_text(sink, digits);
    return;
  }
  const Cell* cell = cell_of(v);
  switch ((CellType)cell->type) {
    case kSymbol:
      put_text(sink, cell->text);
      break;
    case kString:
      put_string(sink, cell);
      break;
    case kFunction:
      put_text(sink, "#<function");
      if (car(cell->car) != kNil) {
        put(sink, ' ');
        put_text(sink, cell_of(car(cell->car))->text);
      }
      put(sink, '>');
      break;
    case kBuiltin:
      put_text(sink, "#<builtin ");
      put_text(sink, builtins[cell->size].name);
      put(sink, '>');
      break;
    case kPair:
      break;
  }
}

/* Prints v up to the tail of its innermost leading list; tails still to come are pushed. */
static bool put_head(Sink* sink, Value v) {
  while (is_pair(v)) {
    put(sink, '(');
    if (!push_value(cdr(v))) return false;
    v = car(v);
  }
  put_atom(sink, v);
  return true;
}

static void print_to(Sink* sink, Value v) {
  const uint32_t base = value_count;
  bool ok = put_head(sink, v);
  while (ok && value_count > base && sink->left > 0) {
    const Value tail = values[--value_count];
    if (is_pair(tail)) {
      put(sink, ' ');
      ok = push_value(cdr(tail)) && put_head(sink, car(tail));
    } else {
      if (tail != kNil) {
        put_text(sink, " . ");
        put_atom(sink, tail);
      }
      put(sink, ')');
    }
  }
  if (!ok) put_text(sink, "...");
  value_count = base;
}

void print_value(Value v, bool readable) {
  Sink sink = {NULL, kMaxPrinted, readable};
  print_to(&sink, v);
  if (sink.left == 0) fputs("...", stdout);
}

void format_value(char* out, size_t size, Value v, bool readable) {
  Sink sink = {out, size - 1, readable};
  print_to(&sink, v);
  if (sink.left == 0 && size > 4) {
    for (int i = 1; i <= 3; i++) sink.buffer[-i] = '.';
  }
  *sink.buffer = 0;
}
