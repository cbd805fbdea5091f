// How good are the samples of a run, or the images of a folder?
#pragma once

namespace gan::app {

/// The body of the program evaluate: prints every metric of docs/metrics.md that applies. --help lists its flags.
/// Returns the exit code; throws as app::run expects.
int evaluate(int argc, char** argv);

}  // namespace gan::app
