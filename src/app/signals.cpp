// SignalGuard.
#include "gan/app/signals.hpp"

#include <atomic>

#include "gan/core/error.hpp"

namespace gan::app {
namespace {

std::atomic<bool> guarded{false};
std::atomic<int> first_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may use no lock");

void remember(int signal) {
  int none = 0;
  if (first_signal.compare_exchange_strong(none, signal) || signal != SIGINT) return;
  // Somebody is impatient: as if nobody had caught it. It is blocked in here and strikes on return.
  ::signal(SIGINT, SIG_DFL);
  ::raise(SIGINT);
}

}  // namespace

SignalGuard::SignalGuard() {
  if (guarded.exchange(true)) throw ValueError("[SignalGuard] there is one already; a program has one at a time");
  first_signal = 0;
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART;  // reads and writes go on
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &before_[0]);
  ::sigaction(SIGTERM, &action, &before_[1]);
}

SignalGuard::~SignalGuard() {
  ::sigaction(SIGINT, &before_[0], nullptr);
  ::sigaction(SIGTERM, &before_[1], nullptr);
  guarded = false;
}

int SignalGuard::received() const { return first_signal; }

}  // namespace gan::app
