// See optim/optimizer_spec.hpp.
#include "gan/optim/optimizer_spec.hpp"

#include <algorithm>

namespace gan {

OptimizerSpec OptimizerSpec::learning_rate(Schedule factor) const {
  OptimizerSpec spec = *this;
  spec.rate_ = std::make_shared<const Schedule>(std::move(factor));
  return spec;
}

OptimizerSpec OptimizerSpec::momentum(Schedule value) const {
  if (!options_->has_momentum)
    throw ValueError("[OptimizerSpec] this optimizer has no momentum; schedule that of Sgd or RmsProp");
  OptimizerSpec spec = *this;
  spec.momentum_ = std::make_shared<const Schedule>(std::move(value));
  return spec;
}

OptimizerSpec OptimizerSpec::beta2(Schedule value) const {
  if (!options_->has_beta2) throw ValueError("[OptimizerSpec] this optimizer has no beta2; schedule that of Adam");
  OptimizerSpec spec = *this;
  spec.beta2_ = std::make_shared<const Schedule>(std::move(value));
  return spec;
}

OptimizerSpec OptimizerSpec::clip_gradient_norm(double max) const {
  if (!(max > 0))
    throw ValueError("[OptimizerSpec] clip_gradient_norm needs a norm above 0, not " + std::to_string(max));
  OptimizerSpec spec = *this;
  spec.gradient_limit_ = max;
  return spec;
}

OptimizerSpec OptimizerSpec::clip_weights(double c, ClipWhen when) const {
  if (!(c > 0)) throw ValueError("[OptimizerSpec] clip_weights needs a limit above 0, not " + std::to_string(c));
  OptimizerSpec spec = *this;
  spec.weight_limit_ = c;
  spec.clip_when_ = when;
  return spec;
}

std::string OptimizerSpec::text() const {
  const auto line = [](const char* name, std::string value) {
    std::replace(value.begin(), value.end(), '\n', ' ');  // of a user-defined schedule's description
    return std::string(name) + " = " + value + "\n";
  };
  const std::string before = clip_when_ == ClipWhen::before_turn ? " before each turn" : "";
  return options_->text + line("learning rate's schedule", rate_ ? rate_->text() : "none") +
         line("momentum's schedule", momentum_ ? momentum_->text() : "none") +
         (beta2_ ? line("beta2's schedule", beta2_->text()) : "") +
         line("limit of the gradients' norm", gradient_limit_ > 0 ? detail::field_text(gradient_limit_) : "none") +
         line("limit of weights", weight_limit_ > 0 ? detail::field_text(weight_limit_) + before : "none");
}

detail::UpdateValues OptimizerSpec::values_at(u64 updates) const {
  detail::UpdateValues values = options_->values;
  if (rate_) values.learning_rate *= (*rate_)(updates);
  if (momentum_) values.momentum = (*momentum_)(updates);
  if (beta2_) values.beta2 = (*beta2_)(updates);
  return values;
}

}  // namespace gan
