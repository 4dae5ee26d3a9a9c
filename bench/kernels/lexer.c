/* Splits program text into tokens with one big switch: branch tables and byte loads. */
#include "kernel.h"

enum { kTextSize = 200000 };

typedef enum { kName, kNumber, kText, kOperator, kBracket, kComment, kBad, kKinds } Kind;

static char text[kTextSize + 1];

static const char* const kPieces[] = {"while", "x1",           " = ", "0x1F", "(",          ")",    "{",
                                      "}",     "\"a \\\" b\"", " ",   "\n",   "<<=",        "3.25", ";",
                                      "[i]",   "->",           "&&",  "_tmp", "/* note */", "$"};

static void make_text(uint64_t* seed) {
  size_t size = 0;
  while (size < kTextSize - 16) {
    const char* piece = kPieces[next_random(seed) % (sizeof kPieces / sizeof kPieces[0])];
    const size_t length = strlen(piece);
    memcpy(text + size, piece, length);
    size += length;
  }
  text[size] = 0;
}

static int is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Passes over a token and names its kind; white space was skipped. */
static NOINLINE const char* next_token(const char* p, Kind* kind) {
  switch (*p++) {
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      while (is_word(*p) || *p == '.') p++;
      *kind = kNumber;
      return p;
    case '"':
      while (*p != 0 && *p != '"') p += *p == '\\' ? 2 : 1;
      *kind = kText;
      return *p == 0 ? p : p + 1;
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
      *kind = kBracket;
      return p;
    case '/':
      if (*p == '*') {
        for (p++; *p != 0 && !(p[0] == '*' && p[1] == '/'); p++) continue;
        *kind = kComment;
        return *p == 0 ? p : p + 2;
      }
      *kind = kOperator;
      return *p == '=' ? p + 1 : p;
    case '<':
    case '>':
      if (*p == p[-1]) p++;
      *kind = kOperator;
      return *p == '=' ? p + 1 : p;
    case '&':
    case '|':
    case '+':
      *kind = kOperator;
      return *p == p[-1] || *p == '=' ? p + 1 : p;
    case '-':
      *kind = kOperator;
      return *p == '>' || *p == '-' || *p == '=' ? p + 1 : p;
    case '=':
    case '!':
    case '*':
    case '%':
    case '^':
      *kind = kOperator;
      return *p == '=' ? p + 1 : p;
    case ';':
    case ',':
    case '.':
    case '?':
    case ':':
    case '~':
      *kind = kOperator;
      return p;
    default:
      *kind = is_word(p[-1]) ? kName : kBad;
      while (is_word(*p)) p++;
      return p;
  }
}

int main(int argc, char** argv) {
  const long scale = kernel_scale(argc, argv, 600);
  uint64_t checksum = 0, seed = 17;
  make_text(&seed);
  for (long round = 0; round < scale; round++) {
    uint32_t counts[kKinds] = {0};
    uint32_t hash = 0;
    for (const char* p = text; *p != 0;) {
      if (*p == ' ' || *p == '\n') {
        p++;
        continue;
      }
      Kind kind;
      const char* end = next_token(p, &kind);
      counts[kind]++;
      hash = hash * 31 + (uint32_t)(end - p);
      p = end;
    }
    for (int i = 0; i < kKinds; i++) checksum = fold(checksum, counts[i]);
    checksum = fold(checksum, hash);
  }
  return report("lexer", scale, checksum);
}
