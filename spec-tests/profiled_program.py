"""A program for tests of profilers and debuggers: of its time, hot() takes by far the most and warm() little."""

from command import build_c

SOURCE = """\
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static unsigned hot(unsigned n) {
  unsigned h = 1;
  for (unsigned i = 0; i < n; i++) {
    h ^= i;
    h *= 16777619u;
    h = h << 7 | h >> 25;
  }
  return h;
}

__attribute__((noinline)) static unsigned warm(unsigned n) {
  return hot(n / 16) + 1;
}

int main(int argc, char **argv) {
  unsigned n = (unsigned)atoi(argv[1]);
  unsigned sum = hot(n);
  sum += warm(n);
  printf("%u\\n", sum);
  return 0;
}
"""
LINES = SOURCE.splitlines()


def build(path, options=("-O2", "-g")):
    """Compiles the program, whose source is called src/profiled.c."""
    build_c('#line 1 "src/profiled.c"\n' + SOURCE, path, options)


def line_of(text):
    """The number of the first line of the program that begins with `text`."""
    return next(number for number, line in enumerate(LINES, 1) if line.strip().startswith(text))
