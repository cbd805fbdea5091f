// A module is a struct with operator()(x, Pass&) and visit(Visitor&), which names the parameters and modules it owns:
//   void visit(Visitor& v) { v("weight", weight); v("body", body); }
// It also names numbers that are part of the module's state: counts, of type u64, v("steps", steps), and doubles.
// Everything else is a free function that uses visit. Names are dotted paths, as in PyTorch.
#pragma once

#include "gan/nn/param.hpp"
#include "gan/nn/pass.hpp"

namespace gan {

/// The weight that a layer computes from its parameters in every call, such as one divided by its spectral norm.
template <class T>
struct ComputedWeight {
  const Param<T>& like;                          ///< a parameter of its shape and layout in files
  std::function<Tensor<T>()> value;              ///< the weight as an inference pass uses it, without history
  std::function<void(const Tensor<T>&)> assign;  ///< changes the parameters so that an inference pass uses this one
};

/// Walks a module and calls `on` for every parameter and buffer, `on_count` for every count and `on_number` for every
/// double, with dotted names. A part with an empty name adds nothing to the names of its own parts.
template <class T>
class BasicVisitor {
 public:
  using Scalar = T;
  using Callback = std::function<void(const std::string& name, Param<T>& param)>;

  using OnCount = std::function<void(const std::string& name, u64& count)>;
  using OnNumber = std::function<void(const std::string& name, double& number)>;

  /// Returns whether it takes the weight itself; then the parameters behind it are not visited.
  using OnComputed = std::function<bool(const std::string& name, const ComputedWeight<T>& weight)>;

  explicit BasicVisitor(Callback on, OnCount on_count = {}, OnNumber on_number = {})
      : on_(std::move(on)), on_count_(std::move(on_count)), on_number_(std::move(on_number)) {}

  void operator()(const std::string& name, Param<T>& param) { on_(path_ + name, param); }
  void operator()(const std::string& name, u64& count) {
    if (on_count_) on_count_(path_ + name, count);
  }
  void operator()(const std::string& name, double& number) {
    if (on_number_) on_number_(path_ + name, number);
  }
  /// For layers that compute their weight: offers it, under the name that it has in a network without that
  /// computation. Returns false if the layer is to name the parameters behind it instead.
  bool computed(const std::string& name, const ComputedWeight<T>& weight) {
    return on_computed_ && on_computed_(path_ + name, weight);
  }
  /// Who is offered such weights; without one, layers name their parameters.
  void when_computed(OnComputed f) { on_computed_ = std::move(f); }
  template <class M>
  void operator()(const std::string& name, M& part) {
    const std::size_t length = path_.size();
    if (!name.empty()) path_ += name + ".";
    part.visit(*this);
    path_.resize(length);
  }

 private:
  Callback on_;
  OnCount on_count_;
  OnNumber on_number_;
  OnComputed on_computed_;
  std::string path_;
};
using Visitor = BasicVisitor<float>;

namespace detail {
template <class M>
struct ModuleScalar {
  static constexpr bool of_float = requires(M & m, BasicVisitor<float>& v) { m.visit(v); };
  using type = std::conditional_t<of_float, float, double>;
};
}  // namespace detail
/// The scalar type of a module: float or double.
template <class M>
using scalar_of = typename detail::ModuleScalar<M>::type;

/// Calls f(name, param) for every parameter and buffer, once for each of its names.
template <class M>
void each_param(M& net, typename BasicVisitor<scalar_of<M>>::Callback f) {
  BasicVisitor<scalar_of<M>> visitor(std::move(f));
  net.visit(visitor);
}

/// Calls f(name, count) for every count, at any depth.
template <class M>
void each_count(M& net, typename BasicVisitor<scalar_of<M>>::OnCount f) {
  BasicVisitor<scalar_of<M>> visitor([](const std::string&, Param<scalar_of<M>>&) {}, std::move(f));
  net.visit(visitor);
}

/// Calls f(name, number) for every double, at any depth.
template <class M>
void each_number(M& net, typename BasicVisitor<scalar_of<M>>::OnNumber f) {
  BasicVisitor<scalar_of<M>> visitor([](const std::string&, Param<scalar_of<M>>&) {}, {}, std::move(f));
  net.visit(visitor);
}

namespace detail {
/// The storage met so far in a visit: of a layer that is visited under two names, or of two layers that share a weight.
class Met {
 public:
  /// True the first time it is called with this memory, and always for empty tensors.
  template <class T>
  bool first(const Tensor<T>& x) {
    return !x.defined() || x.size() == 0 || first_at(x.data());
  }

 private:
  bool first_at(const void* memory);
  std::vector<const void*> met_;
};
}  // namespace detail

/// Calls f(name, param) once for every parameter and buffer, with the first of its names.
template <class M>
void each_distinct_param(M& net, typename BasicVisitor<scalar_of<M>>::Callback f) {
  detail::Met met;
  each_param(net, [&](const std::string& name, Param<scalar_of<M>>& p) {
    if (met.first(p.tensor())) f(name, p);
  });
}

/// Handles to trainable parameters, with names: what an optimizer updates in place. They stay valid when the parameters
/// are set, loaded or moved to another device.
template <class T>
struct Parameters {
  std::vector<std::string> names;  ///< not necessarily distinct
  Tensors<T> tensors;

  /// Adds the parameters of `other` that are not in the list yet.
  void append(const Parameters& other);
};

/// The trainable parameters of one or more modules, in visiting order. A parameter that is visited more than once, such
/// as one in a trunk that two networks share, is listed once, under its first name.
template <class M, class... Rest>
Parameters<scalar_of<M>> params(M& module, Rest&... rest) {
  using T = scalar_of<M>;
  Parameters<T> out;
  each_distinct_param(module, [&out](const std::string& name, Param<T>& p) {
    if (!p.trainable()) return;
    p.named(name);
    out.names.push_back(name);
    out.tensors.push_back(p.tensor());
  });
  (out.append(params(rest)), ...);
  return out;
}

namespace detail {
template <class M>
void init(M& module, u64 seed, const Initializer* weights) {
  using T = scalar_of<M>;
  Met met;
  each_param(module, [&](const std::string& name, Param<T>& p) {
    const bool matrix = p.kind == Param<T>::Kind::weight && p.rank() >= 2;
    if (met.first(p.tensor()))
      p.draw(matrix && weights ? *weights : p.initializer, seed, name);
    else
      p.ready = true;  // initialised under its first name
  });
}
}  // namespace detail

/// Initialises every parameter, as a function of the seed and its name: two networks that are initialised separately
/// with the same seed get equal values for parameters of equal names. A parameter with several names gets the values of
/// the first. With `weights`, filters and matrices use that initializer instead of their own.
template <class M>
void init(M& module, u64 seed) {
  detail::init(module, seed, nullptr);
}
template <class M>
void init(M& module, u64 seed, const Initializer& weights) {
  detail::init(module, seed, &weights);
}

/// Moves all parameters and buffers, and every handle to them, to a device: an existing game, its optimizers and its
/// trainer continue there. Parameters that are already on the device do not change. A gradient that still needs the old
/// values throws.
template <class M>
void to(M& module, Device device) {
  each_param(module, [device](const std::string&, Param<scalar_of<M>>& p) { p.move_to(device); });
}

/// The device of the first parameter; the CPU for a module without parameters.
template <class M>
Device device_of(M& module) {
  Device device;
  bool found = false;
  each_param(module, [&](const std::string&, Param<scalar_of<M>>& p) {
    if (!found) device = p.device();
    found = true;
  });
  return device;
}

struct ParameterCount {
  i64 trainable = 0, non_trainable = 0;
  i64 total() const { return trainable + non_trainable; }
};
/// Counts the trainable values and the values of buffers; a parameter with two names counts once.
template <class M>
ParameterCount count_parameters(M& module) {
  ParameterCount count;
  each_distinct_param(module, [&count](const std::string&, Param<scalar_of<M>>& p) {
    (p.trainable() ? count.trainable : count.non_trainable) += p.size();
  });
  return count;
}

namespace detail {
/// Adds the line of a layer to a summary.
template <class T>
void leave_record(const char* type, const Shape& output, std::initializer_list<const Param<T>*> owned, Pass& pass);
}  // namespace detail

/// For the last line of a layer, `return traced("MyLayer", y, pass, weight, bias);`: returns y and, when a summary is
/// being made, adds a line that counts the given parameters, skipping undefined ones.
template <class T, std::same_as<Param<T>>... Ps>
Tensor<T> traced(const char* type, Tensor<T> y, Pass& pass, const Ps&... owned) {
  if (pass.trace) detail::leave_record<T>(type, y.shape(), {&owned...}, pass);
  return y;
}

#define GAN_EXTERN_MODULE(T)            \
  extern template struct Parameters<T>; \
  extern template void detail::leave_record(const char*, const Shape&, std::initializer_list<const Param<T>*>, Pass&);
GAN_EXTERN_MODULE(float)
GAN_EXTERN_MODULE(double)
#undef GAN_EXTERN_MODULE

}  // namespace gan
