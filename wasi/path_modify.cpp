#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "wasi/handlers.hpp"

namespace wasmjet::wasi {

namespace {

using Kind = DirectoryEntry::Kind;

/// A path of the guest's that an operation is to change: its directory, checked for `needed`, and in it the
/// entry. `dot` and `dotdot` are what POSIX has the operation answer for paths that end so.
struct Place {
  Descriptor* root = nullptr;
  DirectoryEntry entry;

  int directory() const { return entry.directory; }
  const char* name() const { return entry.name.c_str(); }
};

Result<Place> find_place(const Call& call, uint32_t fd, Rights needed, uint32_t path, uint32_t path_len,
                         Errno dot, Errno dotdot) {
  Result<Descriptor*> root = call.descriptors().get_directory(fd, needed);
  if (!root) return root.error();
  const Result<std::string> name = read_path(call.memory, path, path_len);
  if (!name) return name.error();
  Result<DirectoryEntry> entry = call.wasi.paths().open_parent((*root)->host.get(), *name);
  if (!entry) return entry.error();
  if (entry->kind == Kind::dot) return dot;
  if (entry->kind == Kind::dotdot) return dotdot;
  return Place{*root, std::move(*entry)};
}

/// linkat() would follow a link whose name has a slash behind it. What a slash allows is a directory, and
/// those have no hard links.
Errno refuse_directory(const Call& call, const Place& place) {
  std::string name = place.entry.name;
  Result<UniqueFd> fd = call.wasi.paths().open(place.directory(), name, O_PATH | O_DIRECTORY);
  return fd ? Errno::perm : fd.error();
}

}  // namespace

Answer path_create_directory(Call& call, uint32_t fd, uint32_t path, uint32_t path_len) {
  Result<Place> place =
      find_place(call, fd, rights::kPathCreateDirectory, path, path_len, Errno::exist, Errno::exist);
  if (!place) return place.error();
  if (place->root->read_only) return Errno::rofs;
  return answer_of(call.caller, [&] { return mkdirat(place->directory(), place->name(), 0777); });
}

Answer path_remove_directory(Call& call, uint32_t fd, uint32_t path, uint32_t path_len) {
  Result<Place> place =
      find_place(call, fd, rights::kPathRemoveDirectory, path, path_len, Errno::inval, Errno::notempty);
  if (!place) return place.error();
  if (place->root->read_only) return Errno::rofs;
  return answer_of(call.caller, [&] { return unlinkat(place->directory(), place->name(), AT_REMOVEDIR); });
}

Answer path_unlink_file(Call& call, uint32_t fd, uint32_t path, uint32_t path_len) {
  Result<Place> place =
      find_place(call, fd, rights::kPathUnlinkFile, path, path_len, Errno::isdir, Errno::isdir);
  if (!place) return place.error();
  if (place->root->read_only) return Errno::rofs;
  return answer_of(call.caller, [&] { return unlinkat(place->directory(), place->name(), 0); });
}

Answer path_rename(Call& call, uint32_t fd, uint32_t old_path, uint32_t old_path_len, uint32_t new_fd,
                   uint32_t new_path, uint32_t new_path_len) {
  Result<Place> source =
      find_place(call, fd, rights::kPathRenameSource, old_path, old_path_len, Errno::busy, Errno::busy);
  if (!source) return source.error();
  Result<Place> target =
      find_place(call, new_fd, rights::kPathRenameTarget, new_path, new_path_len, Errno::busy, Errno::busy);
  if (!target) return target.error();
  if (source->root->read_only || target->root->read_only) return Errno::rofs;
  return answer_of(call.caller, [&] {
    return renameat(source->directory(), source->name(), target->directory(), target->name());
  });
}

Answer path_symlink(Call& call, uint32_t old_path, uint32_t old_path_len, uint32_t fd, uint32_t new_path,
                    uint32_t new_path_len) {
  const Result<std::string> contents = read_path(call.memory, old_path, old_path_len);
  if (!contents) return contents.error();
  Result<Place> place =
      find_place(call, fd, rights::kPathSymlink, new_path, new_path_len, Errno::exist, Errno::exist);
  if (!place) return place.error();
  // The guest could not follow it, but a program outside the sandbox would.
  if ((*contents).starts_with('/')) return Errno::notcapable;
  if (place->root->read_only) return Errno::rofs;
  return answer_of(call.caller,
                   [&] { return symlinkat((*contents).c_str(), place->directory(), place->name()); });
}

Answer path_link(Call& call, uint32_t old_fd, uint32_t old_flags, uint32_t old_path, uint32_t old_path_len,
                 uint32_t new_fd, uint32_t new_path, uint32_t new_path_len) {
  Result<Place> source =
      find_place(call, old_fd, rights::kPathLinkSource, old_path, old_path_len, Errno::perm, Errno::perm);
  if (!source) return source.error();
  Result<Place> target =
      find_place(call, new_fd, rights::kPathLinkTarget, new_path, new_path_len, Errno::exist, Errno::exist);
  if (!target) return target.error();
  // A link to what a link points to cannot be made without privileges or a race.
  if (old_flags != 0) return Errno::inval;
  if (target->root->read_only) return Errno::rofs;
  // A second name elsewhere would make the file writable.
  if (source->root->read_only) return Errno::xdev;
  if (source->entry.trailing_slash()) return refuse_directory(call, *source);
  return answer_of(call.caller, [&] {
    return linkat(source->directory(), source->name(), target->directory(), target->name(), 0);
  });
}

}  // namespace wasmjet::wasi
