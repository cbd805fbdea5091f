// An exponential moving average of a network: a second network whose values track those of the first one slowly. Its
// samples vary less than those of the network that is being trained (Yazıcı et al. 2019).
#pragma once

#include "gan/backend/kernels.hpp"
#include "gan/nn/module.hpp"
#include "gan/optim/schedule.hpp"

namespace gan {

/// Averages `net`, also after a move to another device; the network must outlive the Ema and keep its address. A copy
/// averages the same network. Parameters and buffers are averaged alike; counts keep their values from construction.
/// update() reads the network, so call it from the training thread between rounds, as hooks are.
template <class M>
class Ema {
 public:
  using T = scalar_of<M>;

  /// decay in [0, 1): the weight of the old value in each step, once enough steps have been made (schedule::average).
  /// With decay 0 the average equals the network. Throws ValueError for any other decay, and for a network that holds
  /// modules by pointer, since a copy of it is not a separate network.
  explicit Ema(M& net, double decay = 0.999) : Ema(net, schedule::average(decay)) {}
  /// With a decay that is a function of the number of steps made, such as schedule::half_life.
  Ema(M& net, Schedule decay) : net_(&net), shadow_(net), decay_(std::move(decay)) {
    detail::Met own;
    each_distinct_param(net, [&own](const std::string&, Param<T>& p) { own.first(p.tensor()); });
    each_distinct_param(shadow_, [&own](const std::string& name, Param<T>& p) {
      if (!own.first(p.tensor()))
        throw ValueError("[Ema] a copy of the network has the network's own '" + name +
                         "', held by pointer, and not one of its own to average");
    });
  }

  /// Moves the average towards the current values of the network. Call it after every round.
  void update() {
    const double keep = decay_(steps_++);
    Tensors<T> sources;
    each_param(*net_, [&sources](const std::string&, Param<T>& p) { sources.push_back(p.tensor()); });
    std::size_t i = 0;
    detail::Met met;
    std::vector<UpdateArrays<T>> arrays;
    each_param(shadow_, [&](const std::string&, Param<T>& p) {
      const Tensor<T>& source = sources[i++];
      p.move_to(source.device());
      Tensor<T> target = p.tensor();
      if (met.first(target)) arrays.push_back({source.size(), source.data(), target.mutable_data(), {}});
    });
    if (arrays.empty()) return;
    kernels<T>(sources[0].device()).lerp({keep}, arrays);
  }

  /// The averaged network, owned by this object. It must not be called while update() runs.
  M& network() { return shadow_; }
  u64 steps() const { return steps_; }
  /// Visits the averages, under the names that the network gives to its parameters and buffers, and the count of steps:
  /// all the state that resuming needs.
  void visit(BasicVisitor<T>& v) {
    shadow_.visit(v);
    v("steps", steps_);
  }

 private:
  M* net_;
  M shadow_;
  Schedule decay_;
  u64 steps_ = 0;
};

}  // namespace gan
