// Interrupted programs. The library itself never touches signals.
#pragma once

#include <signal.h>

namespace gan::app {

/// What SIGINT and SIGTERM do while it lives. At first they end the program at once, with exit_code(): while data are
/// loaded and networks are made there is nothing to save. From remember() on they do not end it but are remembered, so
/// that it can save and leave; a SIGINT after either ends it at once. One at a time.
///
///   app::SignalGuard signals;
///   prepare();
///   signals.remember();
///   for (...) if (signals.received() != 0) return app::SignalGuard::exit_code(signals.received());
class SignalGuard {
 public:
  /// Throws ValueError while another lives.
  SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
  /// Puts back what SIGINT and SIGTERM did before.
  ~SignalGuard();

  /// From now on there is something to save.
  void remember() const;
  /// The number of the signal that came first since remember(), 0 while there is none. Any thread may ask.
  int received() const;
  /// What a shell reports for a program that a signal ended: 130 for SIGINT, 143 for SIGTERM.
  static int exit_code(int signal) { return 128 + signal; }

 private:
  struct sigaction before_[2];  // of SIGINT and SIGTERM
};

}  // namespace gan::app
