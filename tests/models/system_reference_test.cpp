// Ten rounds of WGAN-GP, SNGAN and R3GAN, at small widths and as the systems play them, against the same games in
// PyTorch (make_toolbox.py): initial values, random draws, losses, penalties, power iterations, schedules, every
// parameter and buffer at the end.
#include "gan/models/system.hpp"

#include "gan/io/weights.hpp"
#include "gan/models/r3gan.hpp"
#include "gan/models/sngan.hpp"
#include "gan/models/wgan_gp.hpp"
#include "src/models/resnet32.hpp"
#include "support/reference.hpp"

namespace {

using namespace gan;
using namespace reference;

constexpr u64 initial_seed = 4, seed = 9, rounds = 10;

const File& file() {
  static const File f("toolbox.safetensors");
  return f;
}

template <class T>
auto wgan_gp() {
  models::BasicWganGp<T> net({.variant = models::WganGpVariant::resnet, .decay = 20});
  net.G = models::resnet32_generator<T>(2, 3);
  net.D = models::resnet32_discriminator<BasicConv2D<T>, BasicDense<T>>(3, true, 4);
  return net;
}
template <class T>
auto sngan() {
  models::BasicSngan<T> net({.features = 2, .decay = 20});
  net.D = models::resnet32_discriminator<SpectralNorm<BasicConv2D<T>>, SpectralNorm<BasicDense<T>>>(3, false, 4);
  return net;
}
template <class T>
auto r3gan() {
  return models::BasicR3gan<T>({.width = 16, .r1 = 1, .r2 = 0.6, .horizon = 8});
}

/// A system and its game.
template <class Net>
class Rounds {
 public:
  using T = scalar_of<Net>;
  Net net;

  Rounds(const std::string& name, Net start) : net(std::move(start)), name_(name) {
    init(net, initial_seed);
    to(net, device());
    game_.emplace(net.game());
  }
  /// Plays a round, and compares its losses.
  void play(u64 number, double tolerance, Worst& worst) {
    BasicRound<T> round;
    round.number = number;
    const auto first = static_cast<i64>(number) * game_->batches_in(number);
    game_->play(
        round,
        [first](int turn) {
          return BasicBatch<T>({{"x", reals(first + turn)}});
        },
        seed);
    for (const auto& [metric, key] : {std::pair{"loss_D", ".loss_d"}, std::pair{"loss_G", ".loss_g"}}) {
      const double expected = file()[name_ + key].values.at(number);
      const double error = std::abs(round.metric(metric) - expected) / std::max(1.0, std::abs(expected));
      worst.see(error, metric);
      EXPECT_LE(error, allowed(tolerance)) << name_ << "'s " << metric << " in round " << number;
    }
  }

 private:
  /// The script's formula.
  static Tensor<T> reals(i64 batch) {
    Array x{Shape{3, 3, 32, 32}, {}};
    for (i64 i = 0; i < x.size(); ++i)
      x.values.push_back(std::sin(0.1 * static_cast<double>(i) + static_cast<double>(batch)));
    return tensor<T>(ours(x));
  }
  std::string name_;
  std::optional<BasicGame<T>> game_;
};

template <class Net>
std::vector<Array> values_of(Net& net) {
  std::vector<Array> all;
  each_param(net, [&all](const std::string&, Param<scalar_of<Net>>& p) { all.push_back(array(p.tensor())); });
  return all;
}

/// Biases whose gradient is 0, since a later norm of the generator takes them away, so that Adam's steps are rounding
/// errors divided by its epsilon; and the running means that follow them.
bool is_noise(const std::string& parameter) {
  const bool of_block = parameter.find(".c") != std::string::npos;
  return parameter.starts_with("G.") &&
         ((of_block && parameter.ends_with(".bias")) || parameter.ends_with("running_mean"));
}

/// Tolerances are relative to the larger of 1 and the tensor's largest value.
template <class Net>
void expect_as_pytorch(const std::string& name, Net start, double tolerance = 1e-9) {
  Rounds<Net> played(name, std::move(start));
  std::vector<Array> expected = values_of(played.net);
  Worst losses, values, noise;
  for (u64 number = 0; number < rounds; ++number) played.play(number, tolerance, losses);
  std::vector<std::string> names;
  each_param(played.net, [&](const std::string& parameter, Param<double>& p) {
    Array& x = expected.at(names.size());
    names.push_back(name + ".moved." + parameter);
    const Array moved = array(io::detail::from_file<double>(file().contents(), names.back(), p));
    for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] += moved.values.at(i);
    if (is_noise(parameter))
      expect_close(p.tensor(), x, 10 * tolerance, parameter, noise, 1);
    else
      expect_close(p.tensor(), x, tolerance, parameter, values, 1);
  });
  io::detail::require_no_others(file().contents(), name + ".moved.", names);
  losses.print((name + "'s losses").c_str());
  values.print((name + "'s parameters and buffers").c_str());
  if (!noise.where.empty()) noise.print((name + "'s biases without a gradient").c_str());
}

template <class Net, class Exact>
void expect_first_round(const std::string& name, Net start, Exact exact, double tolerance = 1e-4) {
  Rounds<Net> in_float(name, std::move(start));
  Rounds<Exact> in_double(name, std::move(exact));
  Worst losses, values;
  in_float.play(0, tolerance, losses);
  in_double.play(0, 1e-9, losses);
  const std::vector<Array> expected = values_of(in_double.net);
  std::size_t i = 0;
  each_param(in_float.net, [&](const std::string& parameter, Param<float>& p) {
    const Array& x = expected.at(i++);
    if (!is_noise(parameter)) expect_close(p.tensor(), x, tolerance, parameter, values, 1);
  });
  EXPECT_EQ(i, expected.size());
  values.print((name + " in float").c_str());
}

TEST(WganGpReference, TenRoundsInDouble) { expect_as_pytorch("wgan_gp", wgan_gp<double>()); }
TEST(WganGpReference, FirstRoundInFloat) { expect_first_round("wgan_gp", wgan_gp<float>(), wgan_gp<double>()); }

TEST(SnganReference, TenRoundsInDouble) { expect_as_pytorch("sngan", sngan<double>()); }
TEST(SnganReference, FirstRoundInFloat) { expect_first_round("sngan", sngan<float>(), sngan<double>()); }

TEST(R3ganReference, TenRoundsInDouble) { expect_as_pytorch("r3gan", r3gan<double>()); }
TEST(R3ganReference, FirstRoundInFloat) { expect_first_round("r3gan", r3gan<float>(), r3gan<double>()); }

}  // namespace
