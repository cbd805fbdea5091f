// For cudnn.cu: shapes in cuDNN's descriptors, and the algorithm for each.
// The algorithm is the first one proposed by cuDNN's heuristics, in their order, whose workspace is at most 1 GiB and
// that cuDNN accepts when it is run. Nothing is timed, so the choice is a function of operation, shape, type, mode and
// device; it is made at the first use of a shape and kept for the lifetime of the process.
#pragma once

#include <cudnn.h>

#include "cuda/convolutions.hpp"

namespace gan::cuda {

/// The op's name in error messages.
const char* cudnn_name(ConvOperation operation);

/// Whether cuDNN has an algorithm for the shape, with both sides of an axis padded equally.
bool cudnn_supports(ConvOperation operation, const ConvShape&, cudnnDataType_t);

/// Queues the convolution on the current device: reads two of the arrays and writes the third, the operation's result.
/// False if cuDNN turns out to have no algorithm. Throws DeviceError with the op, the shape and cuDNN's message if it
/// fails.
bool cudnn_run(ConvOperation operation, const ConvShape&, cudnnDataType_t, void* x, void* w, void* y);

}  // namespace gan::cuda
