// The environment of a program: everything besides its options that may change the bits of a run or its speed.
#pragma once

#include <string>

#include "gan/core/shape.hpp"

namespace gan::app {

/// Contains no host name, user name, path or time.
struct Environment {
  std::string libgan, compiler, os, cpu;
  std::string isa;   ///< the instruction set of the kernels in use: base, v2, v3 or v4
  std::string blas;  ///< with its version and the kernels it chose, if it reports them
  i64 cores = 0, threads = 0, cuda_devices = 0;

  /// As in core/fields.hpp: write_fields() gives lines, read_fields() reads them.
  template <class F>
  void visit(F&& f) {
    f("libgan", libgan, "version of the library");
    f("compiler", compiler, "what compiled it");
    f("os", os, "operating system");
    f("cpu", cpu, "model of the processor");
    f("isa", isa, "instruction set of the kernels");
    f("blas", blas, "matrix products");
    f("cores", cores, "cores that the process sees");
    f("threads", threads, "threads that parallel loops use");
    f("cuda_devices", cuda_devices, "CUDA devices in reach");
  }
};

/// The current environment of this process. Fields that cannot be determined are "unknown".
Environment environment();

/// One JSON object, with one field per line.
std::string to_json(Environment environment);

}  // namespace gan::app
