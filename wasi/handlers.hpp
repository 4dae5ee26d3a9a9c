#pragma once

/// The functions of wasi_snapshot_preview1. A function's WebAssembly type is derived from its C++ one:
/// std::uint32_t is i32, std::uint64_t and std::int64_t are i64, the answer is an i32 errno (but for
/// proc_exit). Parameters are named as in the spec; addresses of results end in `_out`.

#include "wasi/call.hpp"

namespace wasmjet::wasi {

using std::int64_t;
using std::uint32_t;
using std::uint64_t;

/// The answer of a function that has no result and does not return to the guest.
struct Leave {
  HostResult how;
};

// args_environ.cpp
Answer args_get(Call&, uint32_t argv, uint32_t argv_buf);
Answer args_sizes_get(Call&, uint32_t argc_out, uint32_t size_out);
Answer environ_get(Call&, uint32_t pointers, uint32_t buffer);
Answer environ_sizes_get(Call&, uint32_t count_out, uint32_t size_out);

// clock.cpp
Answer clock_res_get(Call&, uint32_t id, uint32_t resolution_out);
Answer clock_time_get(Call&, uint32_t id, uint64_t precision, uint32_t time_out);

// fd_file.cpp
Answer fd_advise(Call&, uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice);
Answer fd_allocate(Call&, uint32_t fd, uint64_t offset, uint64_t len);
Answer fd_close(Call&, uint32_t fd);
Answer fd_datasync(Call&, uint32_t fd);
Answer fd_renumber(Call&, uint32_t from, uint32_t to);
Answer fd_sync(Call&, uint32_t fd);

// fd_stat.cpp
Answer fd_fdstat_get(Call&, uint32_t fd, uint32_t stat_out);
Answer fd_fdstat_set_flags(Call&, uint32_t fd, uint32_t flags);
Answer fd_fdstat_set_rights(Call&, uint32_t fd, uint64_t base, uint64_t inheriting);
Answer fd_filestat_get(Call&, uint32_t fd, uint32_t stat_out);
Answer fd_filestat_set_size(Call&, uint32_t fd, uint64_t size);
Answer fd_filestat_set_times(Call&, uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t flags);
Answer fd_prestat_dir_name(Call&, uint32_t fd, uint32_t path, uint32_t path_len);
Answer fd_prestat_get(Call&, uint32_t fd, uint32_t prestat_out);

// fd_io.cpp
Answer fd_pread(Call&, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset, uint32_t size_out);
Answer fd_pwrite(Call&, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset, uint32_t size_out);
Answer fd_read(Call&, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t size_out);
Answer fd_seek(Call&, uint32_t fd, int64_t offset, uint32_t whence, uint32_t offset_out);
Answer fd_tell(Call&, uint32_t fd, uint32_t offset_out);
Answer fd_write(Call&, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t size_out);

// fd_readdir.cpp
Answer fd_readdir(Call&, uint32_t fd, uint32_t buf, uint32_t buf_len, uint64_t cookie, uint32_t used_out);

// path_open.cpp
Answer path_open(Call&, uint32_t fd, uint32_t dirflags, uint32_t path, uint32_t path_len, uint32_t open_flags,
                 uint64_t base, uint64_t inheriting, uint32_t fd_flags, uint32_t fd_out);

// path_stat.cpp
Answer path_filestat_get(Call&, uint32_t fd, uint32_t flags, uint32_t path, uint32_t path_len,
                         uint32_t stat_out);
Answer path_filestat_set_times(Call&, uint32_t fd, uint32_t flags, uint32_t path, uint32_t path_len,
                               uint64_t atim, uint64_t mtim, uint32_t fst_flags);
Answer path_readlink(Call&, uint32_t fd, uint32_t path, uint32_t path_len, uint32_t buf, uint32_t buf_len,
                     uint32_t used_out);

// path_modify.cpp
Answer path_create_directory(Call&, uint32_t fd, uint32_t path, uint32_t path_len);
Answer path_link(Call&, uint32_t old_fd, uint32_t old_flags, uint32_t old_path, uint32_t old_path_len,
                 uint32_t new_fd, uint32_t new_path, uint32_t new_path_len);
Answer path_remove_directory(Call&, uint32_t fd, uint32_t path, uint32_t path_len);
Answer path_rename(Call&, uint32_t fd, uint32_t old_path, uint32_t old_path_len, uint32_t new_fd,
                   uint32_t new_path, uint32_t new_path_len);
Answer path_symlink(Call&, uint32_t old_path, uint32_t old_path_len, uint32_t fd, uint32_t new_path,
                    uint32_t new_path_len);
Answer path_unlink_file(Call&, uint32_t fd, uint32_t path, uint32_t path_len);

// poll.cpp
Answer poll_oneoff(Call&, uint32_t in, uint32_t out, uint32_t nsubscriptions, uint32_t nevents_out);

// proc.cpp
Leave proc_exit(Call&, uint32_t status);
Answer proc_raise(Call&, uint32_t signal);
Answer sched_yield(Call&);

// random.cpp
Answer random_get(Call&, uint32_t buf, uint32_t buf_len);

// sock.cpp
Answer sock_accept(Call&, uint32_t fd, uint32_t flags, uint32_t fd_out);
Answer sock_recv(Call&, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t flags, uint32_t size_out,
                 uint32_t flags_out);
Answer sock_send(Call&, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t flags, uint32_t size_out);
Answer sock_shutdown(Call&, uint32_t fd, uint32_t how);

}  // namespace wasmjet::wasi
