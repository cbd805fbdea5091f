// The program gan: every system of the list, from one command line.
#pragma once

namespace gan::app {

/// The body of the program gan:
///   gan list                                 the systems
///   gan show SYSTEM|RUN                      options, data, abilities, parameters
///   gan train SYSTEM --data …                trains; the flags that all systems share, and its own
///   gan sample RUN                           draws samples
///   gan apply RUN IN… OUT                    translates, upscales, completes: what the run can do
///   gan evaluate RUN                         metrics
///   gan completion bash                      a script for the shell
/// Systems that a program has added by add_system() are in the list. Returns the exit code; throws as app::run expects.
int gan_program(int argc, char** argv);

}  // namespace gan::app
