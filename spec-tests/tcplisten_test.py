#!/usr/bin/env python3
"""`--tcplisten`: a C program of wasi-libc accepts connections on sockets that it was given (loopback only)."""

import os
import socket
import subprocess
import tempfile
import unittest

from command import TIER, WASMJET, TestCase, build_c, run

SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers one connection on each socket from `argv[1]` on, argv[2] of them, with what it reads, in capitals. */
int main(int argc, char **argv) {
  int first = atoi(argv[1]), count = atoi(argv[2]);
  puts("ready");
  fflush(stdout);
  for (int fd = first; fd < first + count; fd++) {
    int client = accept(fd, NULL, NULL);
    if (client < 0) { perror("accept"); return 1; }
    char buffer[256];
    ssize_t peeked = recv(client, buffer, sizeof buffer, MSG_PEEK);
    ssize_t size = recv(client, buffer, sizeof buffer, 0);
    if (size <= 0 || peeked <= 0) { perror("recv"); return 2; }
    for (ssize_t i = 0; i < size; i++) if (buffer[i] >= 'a' && buffer[i] <= 'z') buffer[i] -= 32;
    if (send(client, buffer, size, 0) != size) { perror("send"); return 3; }
    if (shutdown(client, SHUT_WR) != 0) { perror("shutdown"); return 4; }
    if (recv(client, buffer, sizeof buffer, 0) != 0) { perror("end"); return 5; }
    close(client);
  }
  return 0;
}
"""
FOLDER = None


def free_port(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class TcpListen(TestCase):
    def serve(self, options, first, clients):
        program = os.path.join(FOLDER, "server.wasm")
        process = subprocess.Popen([WASMJET, "--tier", TIER, *options, program, str(first), str(len(clients))],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        for address, port in clients:
            with socket.create_connection((address, port), timeout=60) as connection:
                connection.sendall(b"hello")
                answer = b""
                while part := connection.recv(100):
                    answer += part
                self.assertEqual(answer, b"HELLO")
        _, errors = process.communicate(timeout=60)
        self.assertEqual((process.returncode, errors), (0, b""))

    def test_one(self):
        port = free_port(socket.AF_INET, "127.0.0.1")
        self.serve(["--sandbox=auto", f"--tcplisten=127.0.0.1:{port}"], 3, [("127.0.0.1", port)])

    def test_several_behind_directories(self):
        ports = [free_port(socket.AF_INET, "127.0.0.1") for _ in range(2)]
        options = ["--tcplisten", f"127.0.0.1:{ports[0]}", "--dir", FOLDER, "--tcplisten", f"127.0.0.1:{ports[1]}"]
        self.serve(options, 4, [("127.0.0.1", port) for port in ports])

    def test_ipv6(self):
        try:
            port = free_port(socket.AF_INET6, "::1")
        except OSError as error:
            self.skipTest(f"no IPv6 here: {error}")
        self.serve([f"--tcplisten=[::1]:{port}"], 3, [("::1", port)])

    def test_taken_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            result = run(["--tcplisten", address, os.path.join(FOLDER, "server.wasm")])
        self.check_one_line(result, 125, "cannot listen on 127.0.0.1 port [0-9]+: Address already in use")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as FOLDER:
        build_c(SOURCE, os.path.join(FOLDER, "server.wasm"))
        unittest.main()
