/* Reads without recursion: open lists wait on a stack of their own, their elements on the value stack. */
#include <ctype.h>
#include <string.h>

#include "lisp.h"

/* Whatever is left on the value stack after a failure, the caller drops. */
enum { kMaxNesting = 10000, kMaxToken = 1000 };

typedef struct {
  uint32_t base;   /* where its elements start on the value stack */
  uint32_t quotes; /* apostrophes before its parenthesis */
  uint32_t dot;    /* elements that had been read at the dot, 0 without one */
} OpenList;

static OpenList open_lists[kMaxNesting];

static bool is_delimiter(char c) {
  return isspace((unsigned char)c) || (c != 0 && strchr("()';\"", c) != NULL);
}

bool more_input(Input* input) {
  for (; input->position < input->end; input->position++) {
    const char c = *input->position;
    if (c == ';') {
      input->position = input->end;
      return false;
    }
    if (!isspace((unsigned char)c)) return true;
  }
  return false;
}

static Value read_string(Input* input) {
  /* The text only shrinks by its escapes, and a line is bounded. */
  static char text[1 << 16];
  size_t size = 0;
  for (input->position++; input->position < input->end; input->position++) {
    char c = *input->position;
    if (c == '"') {
      input->position++;
      return new_string(text, size);
    }
    if (c == '\\') {
      if (++input->position == input->end) break;
      const char escaped = *input->position;
      if (strchr("nt\"\\", escaped) == NULL || escaped == 0)
        return fail("unknown escape in string: \\%c", escaped);
      c = escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
    }
    if (size == sizeof text) return fail("string too long");
    text[size++] = c;
  }
  return fail("missing \" at end of string");
}

/* An integer if all of it is one, else kUnbound. */
static Value parse_integer(const char* text, size_t size) {
  size_t i = text[0] == '-' || text[0] == '+' ? 1 : 0;
  if (i == size) return kUnbound;
  int64_t n = 0;
  for (; i < size; i++) {
    if (text[i] < '0' || text[i] > '9') return kUnbound;
    if (__builtin_mul_overflow(n, (int64_t)10, &n) ||
        __builtin_sub_overflow(n, (int64_t)(text[i] - '0'), &n)) {
      return fail("integer too large: %.40s", text);
    }
  }
  if (text[0] != '-' && __builtin_sub_overflow((int64_t)0, n, &n))
    return fail("integer too large: %.40s", text);
  return integer(n);
}

static Value read_atom(Input* input) {
  if (*input->position == '"') return read_string(input);
  char token[kMaxToken + 1];
  size_t size = 0;
  while (input->position < input->end && !is_delimiter(*input->position)) {
    const unsigned char c = (unsigned char)*input->position++;
    if (c < 0x20 || c == 0x7F) return fail("unexpected character 0x%02X", c);
    if (size == kMaxToken) return fail("name too long");
    token[size++] = (char)toupper(c);
  }
  token[size] = 0;
  const Value number = parse_integer(token, size);
  return number == kUnbound ? intern(token, size) : number;
}

static Value add_quotes(Value v, uint32_t quotes) {
  for (; quotes > 0 && v != kFailed; quotes--) {
    v = cons(v, kNil);
    if (v != kFailed) v = cons((Value)kFormQuote << 1, v);
  }
  return v;
}

/* Takes the elements of the innermost open list from the value stack. */
static Value close_list(const OpenList* list) {
  const uint32_t count = value_count - list->base;
  Value v = kNil;
  if (list->dot != 0) {
    if (count != list->dot + 1) return fail("misplaced dot");
    v = values[--value_count];
  }
  while (value_count > list->base && v != kFailed) v = cons(values[--value_count], v);
  return add_quotes(v, list->quotes);
}

/* True if a lone dot stands here; passes over it. */
static bool skip_dot(Input* input) {
  if (*input->position != '.') return false;
  if (input->position + 1 < input->end && !is_delimiter(input->position[1])) return false;
  input->position++;
  return true;
}

Value read_value(Input* input) {
  uint32_t depth = 0;
  uint32_t quotes = 0;
  Value v = kFailed;
  while (more_input(input)) {
    const char c = *input->position;
    if (c == '\'') {
      quotes++;
      input->position++;
      continue;
    }
    if (c == '(') {
      if (depth == kMaxNesting) return fail("nested too deeply");
      open_lists[depth++] = (OpenList){value_count, quotes, 0};
      quotes = 0;
      input->position++;
      continue;
    }
    if (c == ')') {
      if (depth == 0 || quotes > 0) return fail("unexpected )");
      input->position++;
      v = close_list(&open_lists[--depth]);
    } else if (depth > 0 && skip_dot(input)) {
      OpenList* list = &open_lists[depth - 1];
      if (quotes > 0 || list->dot != 0 || value_count == list->base) return fail("misplaced dot");
      list->dot = value_count - list->base;
      continue;
    } else {
      v = add_quotes(read_atom(input), quotes);
      quotes = 0;
    }
    if (v == kFailed || depth == 0) return v;
    if (!push_value(v)) return kFailed;
  }
  if (quotes > 0 && depth == 0) return fail("nothing to quote");
  return fail("missing ) at end of line");
}
