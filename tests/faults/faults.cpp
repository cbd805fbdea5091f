// A library for LD_PRELOAD that makes one call of a program fail, to see what the program does then. It counts the
// calls of open, write, fsync, close and rename on files whose path contains a text; environment variables say the
// rest:
//   FAULT_PATH    the text; without it nothing fails
//   FAULT_CALL    one of the five, or any (the default)
//   FAULT_AT      which of those calls, counted from 1
//   FAULT_ERRNO   the errno it fails with, as a number; or "short": a write writes half, other calls go through
//   FAULT_MODE    once (the default), or on: that call and all after it
//   FAULT_KILL=1  SIGKILL before that call instead
//   FAULT_HIT     a file that is made when the call is reached, with "write PATH" in it; else the program made fewer
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

int count = 0;

const char* setting(const char* name, const char* otherwise) {
  const char* value = getenv(name);
  return value != nullptr ? value : otherwise;
}

/// Whether this call is to fail; dies here if it is to die. Calls the system itself, lest it count its own calls.
bool struck(const char* call, const char* path) {
  const char* text = getenv("FAULT_PATH");
  if (text == nullptr || strstr(path, text) == nullptr) return false;
  const char* wanted = setting("FAULT_CALL", "any");
  if (strcmp(wanted, "any") != 0 && strcmp(wanted, call) != 0) return false;
  const int number = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST), at = atoi(setting("FAULT_AT", "0"));
  if (number != at && (number < at || at < 1 || strcmp(setting("FAULT_MODE", "once"), "on") != 0)) return false;
  if (const char* mark = getenv("FAULT_HIT")) {
    const long file = syscall(SYS_openat, AT_FDCWD, mark, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (file >= 0) {
      syscall(SYS_write, file, call, strlen(call));
      syscall(SYS_write, file, " ", 1);
      syscall(SYS_write, file, path, strlen(path));
      syscall(SYS_close, file);
    }
  }
  if (strcmp(setting("FAULT_KILL", "0"), "1") == 0) kill(getpid(), SIGKILL);
  return true;
}

bool struck(const char* call, int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t n = readlink(link, path, sizeof path - 1);
  path[n > 0 ? n : 0] = '\0';
  return struck(call, path);
}

bool is_short() { return strcmp(setting("FAULT_ERRNO", "5"), "short") == 0; }

int fail() {
  errno = atoi(setting("FAULT_ERRNO", "5"));
  return -1;
}

template <class F>
F real(F, const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  if (struck("open", path) && !is_short()) return fail();
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int open64(const char* path, int flags, ...) __attribute__((alias("open")));

ssize_t write(int file, const void* bytes, size_t n) {
  static const auto next = real(&::write, "write");
  if (!struck("write", file)) return next(file, bytes, n);
  if (!is_short()) return fail();
  return next(file, bytes, n > 1 ? n / 2 : n);
}

int fsync(int file) {
  static const auto next = real(&::fsync, "fsync");
  return struck("fsync", file) && !is_short() ? fail() : next(file);
}

int close(int file) {
  static const auto next = real(&::close, "close");
  if (!struck("close", file) || is_short()) return next(file);
  next(file);  // Linux frees the number whatever it says
  return fail();
}

int rename(const char* from, const char* to) noexcept {
  static const auto next = real(&::rename, "rename");
  return struck("rename", to) && !is_short() ? fail() : next(from, to);
}

}  // extern "C"
