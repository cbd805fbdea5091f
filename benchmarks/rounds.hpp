// Plays a fixture's game on its device as a Trainer would.
#pragma once

#include <gan/gan.hpp>

#include "benchmarks/fixtures.hpp"

namespace gan::fixtures {

/// Every step is a round of `game`, which borrows `owner`'s networks, with these images, which stay on the host.
Fixture rounds_of(std::shared_ptr<void> owner, Game game, Var images, i64 parameters, Place place);

}  // namespace gan::fixtures
