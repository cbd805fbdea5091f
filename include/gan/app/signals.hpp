// Handling of SIGINT and SIGTERM in programs. The library itself never touches signals.
#pragma once

#include <signal.h>

namespace gan::app {

/// Handles SIGINT and SIGTERM during its lifetime. At first they end the program at once, with exit_code(): while data
/// are loaded and networks are built there is nothing to save. After remember() they are remembered instead, so that
/// the program can save and exit; a SIGINT after either of them ends it at once. Only one guard may exist at a time.
///
///   app::SignalGuard signals;
///   prepare();
///   signals.remember();
///   for (...) if (signals.received() != 0) return app::SignalGuard::exit_code(signals.received());
class SignalGuard {
 public:
  /// Throws ValueError while another guard exists.
  SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
  /// Restores the previous handlers of SIGINT and SIGTERM.
  ~SignalGuard();

  /// From now on signals are remembered: there is something to save.
  void remember() const;
  /// The number of the first signal since remember(), or 0 if there was none. May be called from any thread.
  int received() const;
  /// The exit code that a shell reports for a program ended by a signal: 130 for SIGINT, 143 for SIGTERM.
  static int exit_code(int signal) { return 128 + signal; }

 private:
  struct sigaction before_[2];  // of SIGINT and SIGTERM
};

}  // namespace gan::app
