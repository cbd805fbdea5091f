// Everything, for programs: #include <gan/gan.hpp>. Command lines and progress are in gan/app/, which this leaves out.
#pragma once

#include "gan/config.hpp"
#include "gan/data/locate.hpp"
#include "gan/data/loader.hpp"
#include "gan/data/synthetic.hpp"
#include "gan/grad/grad.hpp"
#include "gan/grad/gradcheck.hpp"
#include "gan/io/csv.hpp"
#include "gan/io/grid.hpp"
#include "gan/io/samples.hpp"
#include "gan/io/weights.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/vanilla.hpp"
#include "gan/nn/pool.hpp"
#include "gan/nn/summary.hpp"
#include "gan/ops/resample.hpp"
#include "gan/train/trainer.hpp"
