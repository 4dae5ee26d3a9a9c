/* measure OUT TIMEOUT_S COMMAND... : runs the command with this process's stdin, stdout and stderr, and
 * writes "wait-status wall-nanoseconds cpu-nanoseconds max-resident-KiB" to the file OUT.
 *
 * A small process of its own, because a child's peak counts what it shared with its parent before exec,
 * and because the time should not hold the work of an interpreter's spawn. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t child;

static void on_alarm(int signal_number) {
  (void)signal_number;
  kill(child, SIGKILL);
}

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long nanoseconds(struct timeval t) { return t.tv_sec * 1000000000LL + t.tv_usec * 1000LL; }

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const long long start = now();
  child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    execvp(argv[3], argv + 3);
    _exit(127);
  }
  signal(SIGALRM, on_alarm);
  alarm((unsigned)atoi(argv[2]));
  int status;
  struct rusage usage;
  while (wait4(child, &status, 0, &usage) < 0) continue;
  const long long wall = now() - start;
  FILE* out = fopen(argv[1], "w");
  if (out == NULL) return 2;
  const long long cpu = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
  fprintf(out, "%d %lld %lld %ld\n", status, wall, cpu, usage.ru_maxrss);
  return fclose(out) == 0 ? 0 : 2;
}
