// See tensor/history.hpp.
#include "gan/tensor/history.hpp"

#include <algorithm>
#include <atomic>

namespace gan {

namespace {
thread_local bool is_recording = true;
// One count for all threads: a graph may hold leaves that another thread made.
u64 next_id() {
  static std::atomic<u64> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}
}  // namespace

bool recording() { return is_recording; }
GradMode::GradMode(bool record) : previous_(is_recording) { is_recording = record; }
GradMode::~GradMode() { is_recording = previous_; }

template <class T>
Node<T>::~Node() {
  backward = nullptr;  // may hold tensors, too; the inputs below keep their nodes alive until their turn
  std::vector<std::shared_ptr<Node>> pending;
  auto take = [&pending](Tensors<T>& tensors) {
    for (auto& t : tensors) {
      if (t.node()) {
        pending.push_back(t.node());
        t.set_node(nullptr);
      }
    }
  };
  take(inputs);
  while (!pending.empty()) {
    std::shared_ptr<Node> node = std::move(pending.back());
    pending.pop_back();
    if (node.use_count() == 1) {  // so that its destructor finds nothing left to recurse into
      node->backward = nullptr;
      take(node->inputs);
    }
  }
}

template <class T>
Tensor<T> Saved<T>::input(int i) const {
  const auto at = static_cast<std::size_t>(i);
  const Tensor<T>& t = node_->inputs[at];
  if (!t.defined())
    throw ValueError(std::string("[") + node_->op + "] input " + std::to_string(i) + " was not saved for its backward");
  if (t.version() != node_->versions[at])
    throw ValueError(std::string("[") + node_->op + "] input " + std::to_string(i) +
                     (t.name().empty() ? "" : " '" + t.name() + "'") + " " + to_string(t.shape()) +
                     " was changed in place after the operation that needs its old values; take the gradient first");
  return t;
}

template <class T>
Tensor<T> Saved<T>::output() const {
  if (!node_->output.defined()) throw ValueError(std::string("[") + node_->op + "] output was not saved");
  if (node_->output.version() != node_->output_version)
    throw ValueError(std::string("[") + node_->op + "] output " + to_string(node_->output.shape()) +
                     " was changed in place after the operation that needs its old values; take the gradient first");
  Tensor<T> y = node_->output;
  y.set_node(node_);
  return y;
}

template <class T>
const Shape& Saved<T>::input_shape(int i) const {
  return node_->inputs[static_cast<std::size_t>(i)].shape();
}

template <class T>
Tensor<T> detach(const Tensor<T>& x) {
  Tensor<T> y = x;
  y.set_node(nullptr);
  return y;
}

template <class T>
Tensor<T> leaf(const Tensor<T>& x) {
  Tensor<T> y = x;
  y.set_node(std::make_shared<Node<T>>("leaf", next_id()));
  return y;
}

template <class T>
Tensor<T> record(const char* op, Tensor<T> y, Tensors<T> inputs, unsigned saves, Backward<T> backward) {
  y.set_node(nullptr);
  if (y.defined()) y.storage()->live.made_by(op);
  if (!is_recording) return y;
  const bool any = std::any_of(inputs.begin(), inputs.end(), [](const Tensor<T>& t) { return t.tracked(); });
  if (!any) return y;
  auto node = std::make_shared<Node<T>>(op, next_id());
  node->versions.resize(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].defined()) continue;
    if (saves & save::input(static_cast<int>(i)))
      node->versions[i] = inputs[i].version();
    else
      inputs[i] = inputs[i].without_values();
  }
  if (saves & save::output) {
    node->output = y;
    node->output_version = y.version();
  }
  node->inputs = std::move(inputs);
  node->backward = std::move(backward);
  y.set_node(std::move(node));
  return y;
}

#define GAN_INSTANTIATE_HISTORY(T)                        \
  template struct Node<T>;                                \
  template class Saved<T>;                                \
  template Tensor<T> detach(const Tensor<T>&);            \
  template Tensor<T> leaf(const Tensor<T>&);              \
  template Tensor<T> record(const char*, Tensor<T>, Tensors<T>, unsigned, Backward<T>);
GAN_INSTANTIATE_HISTORY(float)
GAN_INSTANTIATE_HISTORY(double)

}  // namespace gan
