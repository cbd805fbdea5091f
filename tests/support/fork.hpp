// Children of a test.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace gan {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool forks_with_threads = false;
#else
inline constexpr bool forks_with_threads = true;
#endif
inline constexpr const char* no_fork = "the thread sanitizer allows no threads in a child of a process that has some";

/// How a forked child ended that does `work` and then exits with what it returns: its exit code, or -1 when it died or
/// took longer than half a minute.
inline int exit_code_of_child(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) std::exit(work());
  int status = 0;
  for (int i = 0; i < 3000; ++i) {
    if (waitpid(child, &status, WNOHANG) == child) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return -1;
}

}  // namespace gan
