#!/usr/bin/env python3
"""Evidence from strace(1): whatever path function a guest calls, each system call that looks a path up does so from a
directory descriptor, either with RESOLVE_BENEATH or for one component that is not followed."""

import os
import re
import tempfile
import unittest

import strace
from command import TIER, TestCase, build_c

SOURCE = r"""
#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

#define DIR 3
static int calls;
static void expect(const char *what, __wasi_errno_t got, __wasi_errno_t wanted) {
  calls++;
  if (got != wanted) printf("%s: errno %d, expected %d\n", what, got, wanted);
}
static __wasi_errno_t open_at(const char *path, __wasi_oflags_t flags, __wasi_lookupflags_t follow) {
  __wasi_fd_t fd;
  const __wasi_rights_t rights = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE | __WASI_RIGHTS_FD_FILESTAT_GET;
  __wasi_errno_t error = __wasi_path_open(DIR, follow, path, flags, rights, 0, 0, &fd);
  if (error == 0) {
    __wasi_filestat_t stat;
    expect("fd_filestat_get", __wasi_fd_filestat_get(fd, &stat), 0);
    expect("fd_close", __wasi_fd_close(fd), 0);
  }
  return error;
}

int main(void) {
  __wasi_filestat_t stat;
  __wasi_size_t size;
  uint8_t buffer[1024];
  const int follow = __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW;
  expect("create_directory", __wasi_path_create_directory(DIR, "sub"), 0);
  expect("create_directory", __wasi_path_create_directory(DIR, "sub/deep"), 0);
  expect("open", open_at("sub/deep/file", __WASI_OFLAGS_CREAT, follow), 0);
  expect("open", open_at("sub/deep/../deep/./file", 0, follow), 0);
  expect("symlink", __wasi_path_symlink("deep/file", DIR, "sub/link"), 0);
  expect("symlink", __wasi_path_symlink("../..", DIR, "sub/out"), 0);
  expect("open a link", open_at("sub/link", 0, follow), 0);
  expect("open a link itself", open_at("sub/link", 0, 0), __WASI_ERRNO_LOOP);
  expect("readlink", __wasi_path_readlink(DIR, "sub/link", buffer, sizeof buffer, &size), 0);
  expect("link", __wasi_path_link(DIR, 0, "sub/deep/file", DIR, "sub/second"), 0);
  expect("rename", __wasi_path_rename(DIR, "sub/second", DIR, "sub/deep/third"), 0);
  expect("filestat_get", __wasi_path_filestat_get(DIR, follow, "sub/link", &stat), 0);
  expect("filestat_get", __wasi_path_filestat_get(DIR, 0, "sub/link", &stat), 0);
  expect("set_times", __wasi_path_filestat_set_times(DIR, follow, "sub/link", 1, 2, __WASI_FSTFLAGS_ATIM), 0);
  expect("set_times", __wasi_path_filestat_set_times(DIR, 0, "sub/link", 1, 2, __WASI_FSTFLAGS_MTIM_NOW), 0);
  expect("readdir", __wasi_fd_readdir(DIR, buffer, sizeof buffer, 0, &size), 0);
  /* Ways out. */
  expect("open", open_at("../outside", __WASI_OFLAGS_CREAT, follow), __WASI_ERRNO_NOTCAPABLE);
  expect("open", open_at("/etc/passwd", 0, follow), __WASI_ERRNO_NOTCAPABLE);
  expect("open", open_at("sub/out/outside", __WASI_OFLAGS_CREAT, follow), __WASI_ERRNO_NOTCAPABLE);
  expect("create_directory", __wasi_path_create_directory(DIR, "sub/out/made"), __WASI_ERRNO_NOTCAPABLE);
  expect("rename", __wasi_path_rename(DIR, "sub/link", DIR, "../moved"), __WASI_ERRNO_NOTCAPABLE);
  expect("unlink", __wasi_path_unlink_file(DIR, "sub/out/x"), __WASI_ERRNO_NOTCAPABLE);
  expect("filestat_get", __wasi_path_filestat_get(DIR, follow, "sub/out/..", &stat), __WASI_ERRNO_NOTCAPABLE);
  /* And away with it all. */
  expect("unlink", __wasi_path_unlink_file(DIR, "sub/link"), 0);
  expect("unlink", __wasi_path_unlink_file(DIR, "sub/out"), 0);
  expect("unlink", __wasi_path_unlink_file(DIR, "sub/deep/file"), 0);
  expect("unlink", __wasi_path_unlink_file(DIR, "sub/deep/third"), 0);
  expect("remove_directory", __wasi_path_remove_directory(DIR, "sub/deep"), 0);
  expect("remove_directory", __wasi_path_remove_directory(DIR, "sub/"), 0);
  printf("%d calls\n", calls);
  return 0;
}
"""
FOLDER = None
# System calls that take a path. Those that are not in RULES may not occur at all.
PATH_CALLS = re.compile(r"(open|openat2?|creat|l?stat|newfstatat|statx|access|faccessat2?|readlink|readlinkat|mkdir|mkdirat|"
                        r"rmdir|unlink|unlinkat|rename|renameat2?|link|linkat|symlink|symlinkat|utime|utimes|utimensat|"
                        r"futimesat|chdir|chmod|fchmodat2?|l?chown|fchownat|truncate|mknod|mknodat|execve|execveat|chroot|"
                        r"mount|umount2|statfs|name_to_handle_at|l?[gs]etxattr|inotify_add_watch|uselib|swapon|acct)\((.*)")
# One component, not "..": a slash may only stand behind it. Or nothing: the descriptor itself.
NAME = r'\d+, "(?!\.\./?")[^/"]+/?"'
NOTHING = r'\d+, ""'
RULES = {
    "openat2": r'\d+, "[^"]*", \{flags=[^}]*resolve=RESOLVE_NO_MAGICLINKS\|RESOLVE_BENEATH\}.*',
    "openat": NAME + r", [A-Z_|]*O_NOFOLLOW.*",
    "readlinkat": NOTHING + ".*",
    "mkdirat": NAME + ".*",
    "unlinkat": NAME + ".*",
    "renameat": NAME + ", " + NAME + ".*",
    "linkat": NAME + ", " + NAME + r", 0\).*",
    "symlinkat": r'"[^"]*", ' + NAME + ".*",
    "utimensat": NOTHING + r", .*, AT_EMPTY_PATH\).*",
    "newfstatat": NAME + ", .*AT_SYMLINK_NOFOLLOW.*",
}


class Paths(TestCase):
    def calls_of(self, inject):
        """{system call: number} of those that take a path and that the guest caused, all of them checked."""
        root = tempfile.mkdtemp(dir=FOLDER)
        result, trace = strace.run(["--tier", TIER, "--dir", f"{root}::/", os.path.join(FOLDER, "paths.wasm")], inject=inject)
        self.check(result, 0, "35 calls\n", "")
        self.assertEqual(os.listdir(root), [])
        # wasmjet itself has no more business with files when it asks for the filter, whether it gets it or not.
        begin = max(i for i, line in enumerate(trace) if line.startswith("seccomp("))
        guest = trace[begin + 1:]
        counts = {}
        for line in guest:
            if call := PATH_CALLS.match(line):
                name, arguments = call.groups()
                self.assertIn(name, RULES, line)
                self.assertRegex(arguments, r"\A(?:" + RULES[name] + r")\Z", line)
                counts[name] = counts.get(name, 0) + 1
        print(f"path system calls, {'walk' if inject else 'openat2'}: {counts}")
        return counts

    def check_all_occur(self, counts, opening):
        for name in (*opening, "mkdirat", "unlinkat", "renameat", "linkat", "symlinkat", "readlinkat", "utimensat"):
            self.assertGreater(counts.get(name, 0), 0, name)

    def test_with_openat2(self):
        counts = self.calls_of([])
        self.check_all_occur(counts, ["openat2"])
        self.assertNotIn("openat", counts)

    def test_with_the_component_walk(self):
        counts = self.calls_of(["openat2:error=ENOSYS"])
        self.check_all_occur(counts, ["openat"])
        self.assertNotIn("openat2", counts)


if __name__ == "__main__":
    strace.require()
    with tempfile.TemporaryDirectory() as FOLDER:
        build_c(SOURCE, os.path.join(FOLDER, "paths.wasm"))
        unittest.main()
