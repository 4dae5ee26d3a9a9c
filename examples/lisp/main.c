/* Reads expressions from stdin, a line at a time, and prints the value of each. */
#include <stdio.h>
#include <unistd.h>

#include "lisp.h"

enum { kMaxLine = 1 << 16 };

/* Reads a line without its end; false at the end of input. `*too_long`: the rest was skipped. */
static bool read_line(char* line, size_t* size, bool* too_long) {
  *size = 0;
  *too_long = false;
  int c;
  while ((c = getchar()) != EOF && c != '\n') {
    if (*size < kMaxLine) {
      line[(*size)++] = (char)c;
    } else {
      *too_long = true;
    }
  }
  return c != EOF || *size > 0;
}

/* Evaluates all expressions of a line, until one fails. */
static void run_line(const char* line, size_t size) {
  Input input = {line, line + size};
  while (more_input(&input)) {
    Value v = read_value(&input);
    if (v != kFailed) v = evaluate(v);
    value_count = 0;
    if (v == kFailed) {
      printf("error: %s\n", error_text);
      return;
    }
    print_value(v, true);
    putchar('\n');
  }
}

int main(void) {
  static char line[kMaxLine];
  size_t size;
  bool too_long;
  const bool prompt = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  heap_init();
  builtins_init();
  for (;;) {
    if (prompt) fputs("> ", stdout);
    fflush(stdout);
    if (!read_line(line, &size, &too_long)) break;
    if (too_long) {
      puts("error: line too long");
    } else {
      run_line(line, size);
    }
  }
  if (prompt) putchar('\n');
  return ferror(stdout) ? 1 : 0;
}
