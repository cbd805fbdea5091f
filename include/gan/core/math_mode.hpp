// MathMode: how precisely matrix products and convolutions multiply. Storage and accumulation stay in the tensor's
// type.
#pragma once

namespace gan {

/// The least precision of the factors in matrix products and convolutions of floats. A device without hardware for a
/// mode computes in the next more precise one. Doubles are always multiplied as doubles.
enum class MathMode : unsigned char {
  fp32,  ///< 24 bits
  tf32,  ///< 11 bits where tensor cores have them; on a CPU the same as fp32
  bf16,  ///< 8 bits: tensor cores, and CPUs with AVX512-BF16
};

/// "fp32", "tf32" or "bf16".
const char* to_string(MathMode mode);

/// The mode of products that this thread begins; an operation's derivatives have its own mode. At first tf32.
MathMode math_mode();
/// Sets it for all threads that are not inside a MathScope.
void set_math_mode(MathMode mode);

/// Sets the mode of this thread while it lives.
class MathScope {
 public:
  explicit MathScope(MathMode mode);
  ~MathScope();
  MathScope(const MathScope&) = delete;
  MathScope& operator=(const MathScope&) = delete;

 private:
  int previous_;
};

}  // namespace gan
