#include "lisp.h"

Value values[kMaxValues];
uint32_t value_count;

bool push_value(Value v) {
  if (value_count == kMaxValues) {
    fail("nested too deeply");
    return false;
  }
  values[value_count++] = v;
  return true;
}
