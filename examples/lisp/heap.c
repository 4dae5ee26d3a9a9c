/* Cells, symbols, strings, and a mark-and-sweep collector with an explicit mark stack. */
#include <stdlib.h>
#include <string.h>

#include "lisp.h"

enum {
  kHeapCells = 1 << 19,
  kMinFreeCells = kHeapCells / 64, /* fewer after a collection: give up, not collect for ever */
  kSymbolBuckets = 1 << 10,
  kMaxStringBytes = 32 << 20
};

Cell heap[kHeapCells];
Value symbol_t;

static uint32_t used_cells; /* cells below this index were handed out at least once */
static Value free_cells;    /* swept cells, chained by cdr */
static uint32_t free_count; /* of the last sweep */
static size_t string_bytes; /* held by strings and symbols */
static Value pending[2];    /* operands of the allocation in progress */
static uint32_t mark_stack[kHeapCells];
static uint32_t mark_count;
static Value symbol_buckets[kSymbolBuckets]; /* lists of symbols */

static void mark(Value v) {
  if (is_integer(v) || v == kFailed || v == kUnbound || cell_of(v)->marked) return;
  cell_of(v)->marked = true;
  mark_stack[mark_count++] = (uint32_t)(v >> 1); /* a cell is pushed once: the stack cannot overflow */
}

static void mark_reachable(void) {
  while (mark_count > 0) {
    const Cell* cell = &heap[mark_stack[--mark_count]];
    if (cell->type == kPair || cell->type == kFunction) {
      mark(cell->car);
      mark(cell->cdr);
    } else if (cell->type == kSymbol) {
      mark(cell->global);
    }
  }
}

static void sweep(void) {
  free_cells = kNil;
  free_count = 0;
  for (uint32_t i = used_cells; i-- > 1;) {
    Cell* cell = &heap[i];
    if (cell->marked) {
      cell->marked = false;
      continue;
    }
    if (cell->type == kString) {
      string_bytes -= cell->size;
      free(cell->text);
    }
    cell->type = kPair;
    cell->car = kNil;
    cell->cdr = free_cells;
    free_cells = (Value)i << 1;
    free_count++;
  }
  heap[0].marked = false;
}

void collect_garbage(void) {
  mark(kNil);
  for (size_t i = 0; i < kSymbolBuckets; i++) mark(symbol_buckets[i]);
  for (uint32_t i = 0; i < value_count; i++) mark(values[i]);
  mark(pending[0]);
  mark(pending[1]);
  mark_machine(mark);
  mark_reachable();
  sweep();
}

static Value allocate(CellType type, Value first, Value second) {
  if (free_cells == kNil && used_cells == kHeapCells) {
    pending[0] = first;
    pending[1] = second;
    collect_garbage();
    pending[0] = pending[1] = kNil;
    if (free_count < kMinFreeCells) return fail("out of memory");
  }
  Value v = free_cells;
  if (v != kNil) {
    free_cells = cdr(v);
  } else {
    v = (Value)used_cells++ << 1;
  }
  Cell* cell = cell_of(v);
  cell->type = (uint8_t)type;
  cell->car = first;
  cell->cdr = second;
  return v;
}

Value cons(Value first, Value second) { return allocate(kPair, first, second); }

Value new_function(Value definition, Value environment) {
  return allocate(kFunction, definition, environment);
}

Value new_builtin(uint32_t index) {
  Value v = allocate(kBuiltin, kNil, kNil);
  if (v != kFailed) cell_of(v)->size = index;
  return v;
}

/* A cell of `type` that owns a copy of the text. */
static Value new_text(CellType type, const char* text, size_t size) {
  if (size > kMaxStringBytes - string_bytes) collect_garbage();
  if (size > kMaxStringBytes - string_bytes) return fail("out of memory for strings");
  char* copy = malloc(size + 1);
  if (copy == NULL) return fail("out of memory for strings");
  memcpy(copy, text, size);
  copy[size] = 0;
  Value v = allocate(type, kNil, kNil);
  if (v == kFailed) {
    free(copy);
    return kFailed;
  }
  Cell* cell = cell_of(v);
  cell->size = (uint32_t)size;
  cell->text = copy;
  cell->global = kUnbound;
  string_bytes += size;
  return v;
}

Value new_string(const char* text, size_t size) { return new_text(kString, text, size); }

/* FNV-1a. */
static Value* bucket_of(const char* name, size_t size) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < size; i++) hash = (hash ^ (uint8_t)name[i]) * 16777619u;
  return &symbol_buckets[hash % kSymbolBuckets];
}

Value intern(const char* name, size_t size) {
  Value* bucket = bucket_of(name, size);
  for (Value list = *bucket; list != kNil; list = cdr(list)) {
    const Cell* cell = cell_of(car(list));
    if (cell->size == size && memcmp(cell->text, name, size) == 0) return car(list);
  }
  Value symbol = new_text(kSymbol, name, size);
  if (symbol == kFailed) return kFailed;
  Value list = cons(symbol, *bucket);
  if (list == kFailed) return kFailed;
  *bucket = list;
  return symbol;
}

Value integer(int64_t n) {
  const Value v = (Value)n << 1 | 1;
  if (integer_of(v) != n) return fail("integer overflow");
  return v;
}

void heap_init(void) {
  static const char* const kFormNames[kFormCount] = {"NIL", "QUOTE", "IF",    "COND", "DEFUN", "LAMBDA",
                                                     "LET", "SETQ",  "PROGN", "AND",  "OR",    "WHILE"};
  /* The symbols first, the buckets' pairs after them, so that a form's index is its cell's. */
  Value symbols[kFormCount];
  for (int i = 0; i < kFormCount; i++) symbols[i] = new_text(kSymbol, kFormNames[i], strlen(kFormNames[i]));
  for (int i = 0; i < kFormCount; i++) {
    Value* bucket = bucket_of(kFormNames[i], strlen(kFormNames[i]));
    *bucket = cons(symbols[i], *bucket);
  }
  cell_of(kNil)->global = kNil;
  symbol_t = intern("T", 1);
  cell_of(symbol_t)->global = symbol_t;
}
