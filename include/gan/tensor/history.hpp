// History: while recording, an operation creates a Node that holds its inputs and its backward function. A backward is
// written in the library's own ops, so that derivatives can be differentiated again (the law).
#pragma once

#include <functional>

#include "gan/tensor/tensor.hpp"

namespace gan {

/// Which values a backward will read. The memory of the others is released as soon as nothing else holds it.
namespace save {
constexpr unsigned none = 0;
constexpr unsigned output = 1u << 31;
constexpr unsigned inputs = ~output;
constexpr unsigned all = ~0u;
constexpr unsigned input(int i) { return 1u << i; }
}  // namespace save

/// What a backward can read of the operation that it differentiates.
template <class T>
class Saved {
 public:
  Saved(const std::shared_ptr<Node<T>>& node, const std::vector<char>& needs, const std::vector<Tensor<T>*>& sums)
      : node_(node), needs_(needs), sums_(sums) {}
  /// Input i with its history. Throws ValueError if it has changed since the operation or was not saved.
  Tensor<T> input(int i) const;
  /// The operation's result with its history. Throws as input() does.
  Tensor<T> output() const;
  const Shape& input_shape(int i) const;
  /// Whether the derivative with respect to input i is wanted.
  bool needs(int i) const { return needs_[static_cast<std::size_t>(i)] != 0; }
  /// The gradient of input i accumulated so far from its other uses, if the backward may add its own part in place and
  /// then return an undefined tensor for it; otherwise null. Meant for large weights, for which each separate part
  /// would need as much memory as the weights.
  Tensor<T>* sum(int i) const { return sums_[static_cast<std::size_t>(i)]; }

 private:
  const std::shared_ptr<Node<T>>& node_;
  const std::vector<char>& needs_;
  const std::vector<Tensor<T>*>& sums_;
};

/// Returns the gradients with respect to the inputs, in order; undefined where not needed or zero.
template <class T>
using Backward = std::function<Tensors<T>(const Tensor<T>& gradient, const Saved<T>& saved)>;

template <class T>
struct Node {
  const char* op;
  u64 id;  ///< ascending in the order of creation, so that inputs have smaller ids
  Tensors<T> inputs;
  std::vector<u64> versions;  ///< of the inputs' memory when recorded
  Tensor<T> output;           ///< values only (no history: that would be a cycle); undefined unless saved
  u64 output_version = 0;
  Backward<T> backward;

  Node(const char* op_name, u64 creation) : op(op_name), id(creation) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();  ///< releases long histories without recursion
};

/// True while operations of this thread are recorded. On by default.
bool recording();

/// Switches recording on or off in this thread for the lifetime of the object.
class GradMode {
 public:
  explicit GradMode(bool record);
  ~GradMode();
  GradMode(const GradMode&) = delete;
  GradMode& operator=(const GradMode&) = delete;

 private:
  bool previous_;
};
/// Operations leave no history.
struct NoGrad : GradMode {
  NoGrad() : GradMode(false) {}
};
/// Operations leave a history, also within a NoGrad.
struct WithGrad : GradMode {
  WithGrad() : GradMode(true) {}
};

/// The same values without history.
template <class T>
Tensor<T> detach(const Tensor<T>& x);

/// The same values as a new independent variable, with respect to which gradients can be computed.
template <class T>
Tensor<T> leaf(const Tensor<T>& x);

/// Gives y the history "op of inputs" if recording is on and an input is tracked. An undefined input means "none".
template <class T>
Tensor<T> record(const char* op, Tensor<T> y, Tensors<T> inputs, unsigned saves, Backward<T> backward);

#define GAN_EXTERN_HISTORY(T)                                                                          \
  extern template struct Node<T>;                                                                      \
  extern template class Saved<T>;                                                                      \
  extern template Tensor<T> detach(const Tensor<T>&);                                                  \
  extern template Tensor<T> leaf(const Tensor<T>&);                                                    \
  extern template Tensor<T> record(const char*, Tensor<T>, Tensors<T>, unsigned, Backward<T>);
GAN_EXTERN_HISTORY(float)
GAN_EXTERN_HISTORY(double)
#undef GAN_EXTERN_HISTORY

}  // namespace gan
