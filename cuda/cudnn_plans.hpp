// For cudnn.cu: shapes in cuDNN's words, and the algorithm for each.
// The algorithm is the first of those that cuDNN's heuristics propose, in their order, whose workspace is at most 1 GiB
// and that cuDNN accepts when it is run. Nothing is timed, so the choice is a function of operation, shape, type, mode
// and device; it is made at the first use of a shape and kept for the life of the process.
#pragma once

#include <cudnn.h>

#include "cuda/convolutions.hpp"

namespace gan::cuda {

/// The op's name in errors.
const char* cudnn_name(ConvOperation operation);

/// Whether cuDNN has an algorithm for the shape, which it pads the same on both sides of an axis.
bool cudnn_supports(ConvOperation operation, const ConvShape&, cudnnDataType_t);

/// Queues it on the current device: two of the arrays are read, and the operation's is written. False where cuDNN turns
/// out to have no algorithm. Throws DeviceError with the op, the shape and cuDNN's words where it fails.
bool cudnn_run(ConvOperation operation, const ConvShape&, cudnnDataType_t, void* x, void* w, void* y);

}  // namespace gan::cuda
