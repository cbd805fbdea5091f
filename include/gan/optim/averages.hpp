// Exponential moving averages of parameters that are named by a visit, kept beside the networks and put into them for a
// while. For one network that is to be called while the other trains, see optim/ema.hpp.
#pragma once

#include <memory>

#include "gan/nn/module.hpp"
#include "gan/optim/schedule.hpp"

namespace gan {

template <class T>
class BasicAverages {
 public:
  using Walk = std::function<void(BasicVisitor<T>&)>;

  /// Averages the parameters and buffers that `walk` visits, which must outlive this object and keep their
  /// addresses; they may move to another device. The decay is as in Ema, and so are the averages. Throws ValueError for
  /// a decay outside [0, 1).
  explicit BasicAverages(Walk walk, double decay = 0.999) : BasicAverages(std::move(walk), schedule::average(decay)) {}
  BasicAverages(Walk walk, Schedule decay);

  /// Moves the averages towards the current values. Call it after every round.
  void update();
  u64 steps() const { return steps_; }
  /// Visits the averages, under the names of what is averaged, and the count of steps.
  void visit(BasicVisitor<T>& v);

  /// While it lives, the networks hold the averages, and the averages the values of the networks.
  class InPlace {
   public:
    explicit InPlace(BasicAverages& averages) : averages_(averages) { averages_.swap(); }
    InPlace(const InPlace&) = delete;
    InPlace& operator=(const InPlace&) = delete;
    ~InPlace() { averages_.swap(); }

   private:
    BasicAverages& averages_;
  };
  /// Puts the averages in place: `const auto scope = averages.in_place();`. Between rounds only.
  [[nodiscard]] InPlace in_place() { return InPlace(*this); }

 private:
  struct Each {
    Param<T>* source;
    Param<T> average;
  };
  void swap();

  std::vector<std::unique_ptr<Each>> each_;              // once each
  std::vector<std::pair<std::string, Param<T>*>> names_;  // averages by all their names
  Schedule decay_;
  u64 steps_ = 0;
};
using Averages = BasicAverages<float>;

extern template class BasicAverages<float>;
extern template class BasicAverages<double>;

}  // namespace gan
