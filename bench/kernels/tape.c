/* Interprets a program for a tape machine: a bytecode loop with a branch table. */
#include "kernel.h"

enum { kTape = 4096, kMaxCode = 512 };

typedef enum { kEnd, kMove, kAdd, kLoop, kNext, kClear, kCarry, kScan, kOut } Operation;

typedef struct {
  uint16_t operation;
  int16_t operand;
} Instruction;

static Instruction code[kMaxCode];
static uint8_t tape[kTape];

/* Translates the eight-letter language; "C" carries the cell's value to the cell on its right. */
static void translate(const char* source) {
  int count = 0, depth = 0;
  int open[32];
  for (const char* p = source; *p != 0; p++) {
    Instruction next = {kEnd, 0};
    switch (*p) {
      case '>':
      case '<':
        next = (Instruction){kMove, *p == '>' ? 1 : -1};
        break;
      case '+':
      case '-':
        next = (Instruction){kAdd, *p == '+' ? 1 : -1};
        break;
      case '.':
        next.operation = kOut;
        break;
      case '0':
        next.operation = kClear;
        break;
      case 'C':
        next.operation = kCarry;
        break;
      case 'S':
        next.operation = kScan;
        break;
      case '[':
        next.operation = kLoop;
        open[depth++] = count;
        break;
      case ']':
        next = (Instruction){kNext, (int16_t)open[--depth]};
        code[open[depth]].operand = (int16_t)count;
        break;
      default:
        continue;
    }
    if (count > 0 && next.operation <= kAdd && code[count - 1].operation == next.operation) {
      code[count - 1].operand = (int16_t)(code[count - 1].operand + next.operand);
    } else {
      code[count++] = next;
    }
  }
  code[count] = (Instruction){kEnd, 0};
}

static NOINLINE uint64_t execute(uint64_t checksum) {
  uint32_t cell = 0;
  for (const Instruction* at = code;; at++) {
    switch ((Operation)at->operation) {
      case kEnd:
        return checksum;
      case kMove:
        cell = (cell + (uint32_t)at->operand) % kTape;
        break;
      case kAdd:
        tape[cell] = (uint8_t)(tape[cell] + at->operand);
        break;
      case kLoop:
        if (tape[cell] == 0) at = code + at->operand;
        break;
      case kNext:
        if (tape[cell] != 0) at = code + at->operand;
        break;
      case kClear:
        tape[cell] = 0;
        break;
      case kCarry:
        tape[(cell + 1) % kTape] = (uint8_t)(tape[(cell + 1) % kTape] + tape[cell]);
        break;
      case kScan:
        while (tape[cell] != 0) cell = (cell + 1) % kTape;
        break;
      case kOut:
        checksum = fold(checksum, tape[cell]);
        break;
    }
  }
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 50);
  uint64_t checksum = 0;
  /* Nested countdowns that mix a few cells; the innermost loop runs 200 * 250 * 9 times. */
  translate(
      "0 ++++++++++ [> ++++++++++ ++++++++++ <-] > [> 0 --- --- [> +++++++++ [> ++ > C < <-] > C [>+<-] < "
      "<-] > > . < < <-] S + .");
  for (long round = 0; round < scale; round++) {
    memset(tape, 0, sizeof tape);
    tape[5] = (uint8_t)round;
    checksum = execute(checksum);
  }
  return report("tape", scale, checksum);
}
