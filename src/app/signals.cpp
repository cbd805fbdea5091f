// SignalGuard.
#include "gan/app/signals.hpp"

#include <unistd.h>

#include <atomic>

#include "gan/core/error.hpp"

namespace gan::app {
namespace {

std::atomic<bool> guarded{false}, remembering{false};
std::atomic<int> first_signal{0};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "a signal handler may use no lock");

void handle(int signal) {
  // The exit code of a program that does not catch the signal. (Not catching it would not do: an uncaught SIGTERM does
  // not end the first process of a container.)
  if (!remembering) ::_exit(SignalGuard::exit_code(signal));
  int none = 0;
  if (first_signal.compare_exchange_strong(none, signal) || signal != SIGINT) return;
  // The user is impatient: act as if the signal were not caught. It is blocked in this handler and delivered on return.
  ::signal(SIGINT, SIG_DFL);
  ::raise(SIGINT);
}

}  // namespace

SignalGuard::SignalGuard() {
  if (guarded.exchange(true)) throw ValueError("[SignalGuard] there is one already; a program has one at a time");
  first_signal = 0;
  remembering = false;
  struct sigaction action {};
  action.sa_handler = handle;
  action.sa_flags = SA_RESTART;  // reads and writes continue
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &before_[0]);
  ::sigaction(SIGTERM, &action, &before_[1]);
}

SignalGuard::~SignalGuard() {
  ::sigaction(SIGINT, &before_[0], nullptr);
  ::sigaction(SIGTERM, &before_[1], nullptr);
  guarded = false;
}

void SignalGuard::remember() const { remembering = true; }

int SignalGuard::received() const { return first_signal; }

}  // namespace gan::app
