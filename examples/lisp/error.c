#include <stdarg.h>
#include <stdio.h>

#include "lisp.h"

char error_text[256];

Value fail(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error_text, sizeof error_text, format, arguments);
  va_end(arguments);
  return kFailed;
}

Value fail_about(const char* what, const char* complaint, Value v) {
  char shown[64];
  format_value(shown, sizeof shown, v, true);
  return fail("%s: %s: %s", what, complaint, shown);
}
