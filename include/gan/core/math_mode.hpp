// MathMode: the precision of multiplications in matrix products and convolutions. Storage and accumulation stay in the
// tensor's type.
#pragma once

namespace gan {

/// The minimum precision of the factors in matrix products and convolutions of floats. A device without hardware for a
/// mode uses the next more precise one. Doubles are always multiplied as doubles.
enum class MathMode : unsigned char {
  fp32,  ///< 24 bits
  tf32,  ///< 11 bits on tensor cores; on a CPU the same as fp32
  bf16,  ///< 8 bits on tensor cores and on CPUs with AVX512-BF16
};

/// "fp32", "tf32" or "bf16".
const char* to_string(MathMode mode);

/// The mode of the products that this thread computes, initially tf32. An operation's derivatives keep the mode of the
/// operation.
MathMode math_mode();
/// Sets it for all threads that are not inside a MathScope.
void set_math_mode(MathMode mode);

/// Sets the mode of this thread for the lifetime of the object.
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
