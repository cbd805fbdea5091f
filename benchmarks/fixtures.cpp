#include "benchmarks/fixtures.hpp"

#include "benchmarks/rounds.hpp"

namespace gan::fixtures {
namespace {

const Adam adam{.learning_rate = 2e-4, .beta1 = 0.5};
const FusedActivation leaky = LeakyReLU{0.2}, relu = ReLU{};

struct ConvExtra {
  bool bias = true;
  FusedActivation activation = {};
  Padding padding = 1;
};
/// Channels in and out, kernel and stride: padding 1 unless said otherwise.
Conv2D conv(i64 in, i64 out, i64 kernel, i64 stride, ConvExtra extra = {}) {
  return Conv2D({.in = in,
                 .out = out,
                 .kernel = kernel,
                 .stride = stride,
                 .padding = extra.padding,
                 .bias = extra.bias,
                 .activation = extra.activation});
}
ConvTranspose2D transposed(i64 in, i64 out, i64 kernel, ConvExtra extra = {}, i64 output_padding = 0) {
  return ConvTranspose2D({.in = in,
                          .out = out,
                          .kernel = kernel,
                          .stride = 2,
                          .padding = 1,
                          .output_padding = output_padding,
                          .bias = extra.bias,
                          .activation = extra.activation});
}
BatchNorm batch_norm(i64 channels, FusedActivation activation = {}) {
  return BatchNorm(channels, {.activation = activation});
}
InstanceNorm instance_norm(i64 channels, FusedActivation activation = {}) {
  return InstanceNorm(channels, {.activation = activation});
}

Var images(i64 batch, i64 size, i64 channels) {
  Rng rng{1, 0, 0};
  return rand<float>(Shape{batch, size, size, channels}, rng, -1, 1);
}

template <class... Modules>
i64 parameter_count(Modules&... modules) {
  i64 n = 0;
  const auto add = [&n](const Parameters<float>& p) {
    for (const Var& t : p.tensors) n += t.size();
  };
  (add(params(modules)), ...);
  return n;
}

template <class Network>
std::function<void()> samples_of(std::shared_ptr<void> owner, const Network& G, i64 batch, i64 latent, Device device) {
  return [owner, &G, batch, latent, device] {
    NoGrad constant;
    Pass pass = Pass::inference(Rng{2, 0, 0});
    G(draw_latent<float>(batch, {latent}, pass.rng, device), pass);
  };
}

template <class Net, class MakeGame>
Fixture two_player(std::shared_ptr<Net> net, MakeGame make_game, Var real, i64 latent, Place place) {
  init(*net, 1);
  to(*net, place.device);
  Fixture made = rounds_of(net, make_game(*net), real, parameter_count(net->G, net->D), place);
  made.sample = samples_of(net, net->G, real.shape(0), latent, place.device);
  return made;
}

struct Pair {
  Sequential G, D;
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
};

// ---- WGAN-GP at 32 x 32 ---------------------------------------------------------------------------------------------

Fixture wgangp(i64 batch, Place place) {
  auto net = std::make_shared<Pair>();
  net->D = Sequential{conv(3, 64, 4, 2, {.activation = leaky}), conv(64, 128, 4, 2, {.activation = leaky}),
                      conv(128, 256, 4, 2, {.activation = leaky}), Flatten{}, Dense(4096, 1)};
  net->G = Sequential{Dense(128, 4096),      batch_norm(4096, relu),
                      Reshape{{4, 4, 256}},  transposed(256, 128, 4, {.bias = false}),
                      batch_norm(128, relu), transposed(128, 64, 4, {.bias = false}),
                      batch_norm(64, relu),  transposed(64, 3, 4, {.activation = Tanh{}})};
  // D has no batch norm, so that fake and real images go through it as one batch.
  const auto discriminator = [](Pair& q, i64 n) {
    return [&q, n](const Batch& b, Round&, Pass& pass) {
      Var fake;
      {
        NoGrad constant;
        fake = q.G(draw_latent<float>(n, {128}, pass.rng, b["x"].device()), pass);
      }
      const Var scores = q.D(concat<float>({fake, b["x"]}), pass);
      return mean(rows(scores, 0, n)) - mean(rows(scores, n, 2 * n)) + GradientPenalty{}(q.D, b["x"], fake, pass);
    };
  };
  const auto generator = [](Pair& q, i64 n) {
    return [&q, n](const Batch& b, Round&, Pass& pass) {
      return -mean(q.D(q.G(draw_latent<float>(n, {128}, pass.rng, b["x"].device()), pass), pass));
    };
  };
  const auto game = [&](Pair& q) {
    std::vector<Player> players;
    players.emplace_back("D", params(q.D), discriminator(q, batch), adam);
    players.emplace_back("G", params(q.G), generator(q, batch), adam);
    return Game(std::move(players));
  };
  return two_player(net, game, images(batch, 32, 3), 128, place);
}

// ---- SRGAN (Ledig et al. 2017), 24 to 96, without the VGG loss ------------------------------------------------------

Fixture srgan(i64 batch, Place place) {
  auto net = std::make_shared<Pair>();
  Sequential body;
  for (int i = 0; i < 16; ++i)
    body.add(Residual(Sequential{conv(64, 64, 3, 1, {.bias = false}), batch_norm(64), PReLU{},
                                 conv(64, 64, 3, 1, {.bias = false}), batch_norm(64)}));
  body.add(conv(64, 64, 3, 1, {.bias = false})).add(batch_norm(64));
  net->G = Sequential{conv(3, 64, 9, 1, {.padding = 4}),
                      PReLU{},
                      Residual(body),
                      conv(64, 256, 3, 1),
                      PixelShuffle{2},
                      PReLU{},
                      conv(64, 256, 3, 1),
                      PixelShuffle{2},
                      PReLU{},
                      conv(64, 3, 9, 1, {.padding = 4})};
  net->D =
      Sequential{conv(3, 64, 3, 1, {.activation = leaky}), conv(64, 64, 3, 2, {.bias = false}), batch_norm(64, leaky)};
  i64 channels = 64;
  for (const i64 next : {128, 256, 512}) {
    net->D.add(conv(channels, next, 3, 1, {.bias = false})).add(batch_norm(next, leaky));
    net->D.add(conv(next, next, 3, 2, {.bias = false})).add(batch_norm(next, leaky));
    channels = next;
  }
  net->D.add(Flatten{}).add(Dense(512 * 36, 1024, {.activation = leaky})).add(Dense(1024, 1));
  init(*net, 1);
  to(*net, place.device);

  Pair* const q = net.get();
  const Var low = images(batch, 24, 3).to(place.device);
  std::vector<Player> players;
  players.emplace_back(
      "D", params(q->D),
      [q, low](const Batch& b, Round& round, Pass& pass) {
        const Var fake = round.put("fake", q->G(low, pass));
        return bce_with_logits(q->D(b["x"], pass), 1) + bce_with_logits(q->D(detach(fake), pass), 0);
      },
      adam);
  players.emplace_back(
      "G", params(q->G),
      [q](const Batch& b, Round& round, Pass& pass) {
        const Var& fake = round.at("fake");
        return mse(fake, b["x"]) + 1e-3 * bce_with_logits(q->D(fake, pass), 1);
      },
      adam);
  return rounds_of(net, Game(std::move(players)), images(batch, 96, 3), parameter_count(q->G, q->D), place);
}

// ---- CycleGAN (Zhu et al. 2017) -------------------------------------------------------------------------------------

struct Cycle {
  Sequential to_a, to_b, D_a, D_b;
  template <class V>
  void visit(V& v) {
    v("to_a", to_a);
    v("to_b", to_b);
    v("D_a", D_a);
    v("D_b", D_b);
  }
};

Sequential cycle_generator(int blocks) {
  const ConvExtra unpadded{.padding = 0};
  Sequential net{ReflectionPad2D{3},       conv(3, 64, 7, 1, unpadded), instance_norm(64, relu), conv(64, 128, 3, 2),
                 instance_norm(128, relu), conv(128, 256, 3, 2),        instance_norm(256, relu)};
  for (int i = 0; i < blocks; ++i)
    net.add(Residual(Sequential{ReflectionPad2D{1}, conv(256, 256, 3, 1, unpadded), instance_norm(256, relu),
                                ReflectionPad2D{1}, conv(256, 256, 3, 1, unpadded), instance_norm(256)}));
  for (const i64 channels : {256, 128}) {
    net.add(transposed(channels, channels / 2, 3, {}, 1));
    net.add(instance_norm(channels / 2, relu));
  }
  net.add(ReflectionPad2D{3}).add(conv(64, 3, 7, 1, {.activation = Tanh{}, .padding = 0}));
  return net;
}
Sequential cycle_discriminator() {
  return Sequential{conv(3, 64, 4, 2, {.activation = leaky}),
                    conv(64, 128, 4, 2),
                    instance_norm(128, leaky),
                    conv(128, 256, 4, 2),
                    instance_norm(256, leaky),
                    conv(256, 512, 4, 1),
                    instance_norm(512, leaky),
                    conv(512, 1, 4, 1)};
}

Fixture cyclegan(i64 batch, i64 size, int blocks, Place place) {
  auto net = std::make_shared<Cycle>(
      Cycle{cycle_generator(blocks), cycle_generator(blocks), cycle_discriminator(), cycle_discriminator()});
  init(*net, 1);
  to(*net, place.device);
  Cycle* const q = net.get();
  Rng rng{1, 0, 0};
  const Shape shape{batch, size, size, 3};
  const Var real_a = rand<float>(shape, rng, -1, 1), real_b = rand<float>(shape, rng, -1, 1);
  // A batch holds the images of both domains, those of a first.
  const auto a_of = [batch](const Batch& both) { return rows(both["x"], 0, batch); };
  const auto b_of = [batch](const Batch& both) { return rows(both["x"], batch, 2 * batch); };
  const auto squares = [](const Var& scores, double target) { return mean(square(scores - target)); };
  // Instance norm couples no images, so that passes through one network that wait for nothing are one batch: the
  // translation and the identity of a generator, the real and the translated images of a discriminator.
  std::vector<Player> players;
  players.emplace_back(
      "G", params(q->to_a, q->to_b),
      [=](const Batch& both, Round& round, Pass& pass) {
        const Var a = a_of(both), b = b_of(both);
        const Var in_b = q->to_b(concat<float>({a, b}), pass), in_a = q->to_a(concat<float>({b, a}), pass);
        const Var fake_b = round.put("fake_b", rows(in_b, 0, batch)),
                  fake_a = round.put("fake_a", rows(in_a, 0, batch));
        const Var again_a = q->to_a(fake_b, pass), again_b = q->to_b(fake_a, pass);
        const Var same_b = rows(in_b, batch, 2 * batch), same_a = rows(in_a, batch, 2 * batch);
        return squares(q->D_b(fake_b, pass), 1) + squares(q->D_a(fake_a, pass), 1) +
               10.0 * (l1(again_a, a) + l1(again_b, b)) + 5.0 * (l1(same_a, a) + l1(same_b, b));
      },
      adam);
  const auto judged = [=](Sequential& D, const Var& real, const Var& fake, Pass& pass) {
    const Var scores = D(concat<float>({real, fake}), pass);
    return 0.5 * (squares(rows(scores, 0, batch), 1) + squares(rows(scores, batch, 2 * batch), 0));
  };
  players.emplace_back(
      "D", params(q->D_a, q->D_b),
      [=](const Batch& both, Round& round, Pass& pass) {
        return judged(q->D_a, a_of(both), round.detached("fake_a"), pass) +
               judged(q->D_b, b_of(both), round.detached("fake_b"), pass);
      },
      adam);
  return rounds_of(net, Game(std::move(players)), concat<float>({real_a, real_b}),
                   parameter_count(q->to_a, q->to_b, q->D_a, q->D_b), place);
}

}  // namespace

Fixture make(const std::string& model, i64 batch, Place place) {
  const auto dcgan = [&](models::DcganOptions options) {
    return two_player(
        std::make_shared<models::Dcgan>(options), [](auto& net) { return models::dcgan_game(net); },
        images(batch, options.size, options.channels), options.latent, place);
  };
  if (model == "mlp") {
    auto net = std::make_shared<models::Vanilla>();
    return two_player(
        net, [](auto& n) { return models::vanilla_game(n); }, images(batch, 28, 1), net->options.latent, place);
  }
  if (model == "mnist") return dcgan({});
  if (model == "dcgan") return dcgan({.channels = 3, .size = 64});
  if (model == "wgangp") return wgangp(batch, place);
  if (model == "srgan") return srgan(batch, place);
  if (model == "cyclegan") return cyclegan(batch, 64, 6, place);
  if (model == "cyclegan256") return cyclegan(batch, 256, 9, place);
  return {};
}

}  // namespace gan::fixtures
