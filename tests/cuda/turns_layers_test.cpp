// Games of networks with the layers that GANs brought give the bits of games that are played, too. Skipped where no
// CUDA device can be used.
#include "support/turns.hpp"

namespace gan {
namespace {

using CudaTurnsLayers = Cuda;

/// Layers that normalise weights, that look at a batch, that attend and that resample.
struct ToolboxNet {
  VirtualBatch<Sequential> G{Sequential{Dense(3, 64), Reshape{{4, 4, 4}}, VirtualBatchNorm(4, {.activation = ReLU{}}),
                                        BlurUpsample{}, WeightNorm(Conv2D({.in = 4, .out = 4, .padding = 1})),
                                        SelfAttention<SpectralNorm<Conv2D>>({.channels = 4, .key = 2}),
                                        Equalized(Conv2D({.in = 4, .out = 1, .padding = 1, .activation = Tanh{}}))},
                             {5, 3}};
  Sequential D{FirstDiscriminatorBlock<SpectralNorm<Conv2D>>({.in = 1, .out = 4}),
               GroupedBlock({.width = 4, .groups = 2}),
               BlurDownsample{},
               MinibatchStdDev{},
               DiscriminatorBlock<SpectralNorm<Conv2D>>({.in = 5, .out = 3, .downsample = false}),
               Flatten{},
               MinibatchDiscrimination({.in = 12, .features = 3, .kernel = 2}),
               SpectralNorm(Dense(15, 1))};
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
};

TEST_F(CudaTurnsLayers, AreRecordedWithAPenalty) {
  expect_recorded(
      ToolboxNet{},
      [](ToolboxNet& n) { return adversarial(n.G, n.D, NonSaturating{}, {.input = {.latent = 3}}, R1{}); },
      some_images(40, 8, 1));
}

/// A generator with a gain for each class.
struct ClassNet {
  struct Generator {
    Dense first{3, 16};
    GeneratorBlock<ConditionalBatchNorm> block{{.in = 4, .out = 1}, norm(4), norm(1)};
    static ConditionalBatchNorm norm(i64 channels) {
      return ConditionalBatchNorm({.classes = 5, .channels = channels});
    }
    Var operator()(const Var& z, const Var& labels, Pass& p) const {
      return block(reshape(first(z, p), Shape{z.shape(0), 2, 2, 4}), labels, p);
    }
    void visit(Visitor& v) {
      v("first", first);
      v("block", block);
    }
  } G;
  Sequential D{Conv2D({.in = 1, .out = 3, .kernel = 4, .stride = 4}), LeakyReLU{0.2}, Flatten{}, Dense(3, 1)};
  template <class V>
  void visit(V& v) {
    v("G", G);
    v("D", D);
  }
};

TEST_F(CudaTurnsLayers, OfClassesAreRecorded) {
  const auto make_game = [](ClassNet& n) {
    const InputSpec input{.latent = 3, .classes = 5};
    TwoPlayers players = two_players(n.G, n.D, {.input = input});
    players.generate = [&n, input](auto& b, auto&, Pass& p) {
      const Parts in = input_for<float>(input, b, p.rng);
      return n.G(in["z"], in["labels"], p);
    };
    return adversarial(std::move(players), NonSaturating{});
  };
  expect_recorded(ClassNet{}, make_game, data::shapes({.count = 60, .channels = 1}).resize(4).scale(-1, 1));
}

}  // namespace
}  // namespace gan
