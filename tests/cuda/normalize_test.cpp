// CUDA's batch normalisation and gradients of bias and activation against the CPU's and against plain loops.
#include "support/cuda/sums.hpp"

#include "support/cases.hpp"
#include "gan/backend/capture.hpp"

namespace gan {
namespace {

const std::vector<Activation> activations = all_activations();
constexpr double slope = 0.2;

template <class T>
void expect_statistics_agree() {
  for (const Shape& s : matrices(60)) {
    const i64 rows = s[0], channels = s[1];
    if (rows == 0) continue;
    const Tensor<T> x = some<T>(s, 1, 9, 11);  // far from 0: squares of the numbers themselves would not do
    const std::vector<double> values = doubles(x);
    Numbers mean(channels), variance(channels);
    for (i64 i = 0; i < x.size(); ++i) mean.add(i % channels, values[static_cast<std::size_t>(i)]);
    for (i64 c = 0; c < channels; ++c) mean.scale(c, 1 / static_cast<double>(rows));
    for (i64 i = 0; i < x.size(); ++i)
      variance.add(i % channels, std::pow(values[static_cast<std::size_t>(i)] - mean[i % channels], 2));
    for (i64 c = 0; c < channels; ++c) {
      variance.scale(c, 1 / static_cast<double>(rows));
      variance.size[static_cast<std::size_t>(c)] += 1;  // the mean is rounded
    }
    const auto run = [&](Device device) {
      const Tensor<T> there = x.to(device);
      Tensor<T> m({channels}, device), v({channels}, device);
      kernels<T>(device).norm_statistics({1, rows, channels, channels}, there.data(), m.mutable_data(),
                                         v.mutable_data());
      return std::vector<Tensor<T>>{m, v};
    };
    expect_all_near(run, {mean, variance}, "statistics of " + to_string(s));
  }
}
TEST_F(Cuda, BatchStatisticsAgreeFloat) { expect_statistics_agree<float>(); }
TEST_F(Cuda, BatchStatisticsAgreeDouble) { expect_statistics_agree<double>(); }

/// normalize, then norm_backward and epilogue_backward from its result, on one device.
template <class T>
struct Layer {
  i64 rows, channels;
  Activation activation;
  Tensor<T> x = some<T>({rows, channels}, 1), g = some<T>({rows, channels}, 2);
  Tensor<T> mean = some<T>({channels}, 3), rstd = some<T>({channels}, 4, 0.5, 2), gamma = some<T>({channels}, 5);
  Tensor<T> shift = some<T>({channels}, 6), output = some<T>({rows, channels}, 7, -0.9, 0.9);

  Tensors<T> run(Device device) const {
    const auto& k = kernels<T>(device);
    const Tensors<T> in = on<T>(device, {x, g, mean, rstd, gamma, shift, output});
    const T* const y = activation == Activation::none ? nullptr : in[6].data();
    Tensors<T> out;
    for (int i = 0; i < 4; ++i) out.emplace_back(Shape{rows, channels}, device);
    for (int i = 0; i < 3; ++i) out.emplace_back(Shape{channels}, device);
    const NormShape shape{1, rows, channels, channels};
    k.normalize(shape, in[0].data(), in[2].data(), in[3].data(), in[4].data(), in[5].data(), out[0].mutable_data(),
                activation, T(slope));
    k.norm_backward(shape, in[1].data(), in[0].data(), y, in[2].data(), in[3].data(), in[4].data(), activation,
                    T(slope), out[1].mutable_data(), out[4].mutable_data(), out[5].mutable_data());
    k.epilogue_backward(rows, channels, in[1].data(), y, activation, T(slope), out[2].mutable_data(),
                        out[6].mutable_data());
    // In place and without a bias. (The CPU's wants a y, though it does not read it.)
    out[3] = in[1].clone();
    k.epilogue_backward(rows, channels, out[3].data(), y == nullptr ? out[3].data() : y, activation, T(slope),
                        out[3].mutable_data(), nullptr);
    return out;
  }

  std::vector<Numbers> expected() const {
    const i64 n = rows * channels;
    const auto vx = doubles(x), vg = doubles(g), vm = doubles(mean), vr = doubles(rstd), va = doubles(gamma),
               vs = doubles(shift), vy = doubles(output);
    Numbers y(n), gx(n), gz(n), ggamma(channels), gbeta(channels);
    const auto each = [&](auto body) {
      for (i64 i = 0; i < n; ++i)
        body(i, static_cast<std::size_t>(i), i % channels, static_cast<std::size_t>(i % channels));
    };
    each([&](i64 i, std::size_t k, i64 c, std::size_t l) {
      y.add(i, naive::activate((vx[k] - vm[l]) * vr[l] * va[l] + vs[l], activation, slope));
      y.size[k] = 1 + std::abs(va[l] * vr[l]) * (std::abs(vx[k]) + std::abs(vm[l]));
      gz.add(i, naive::activation_gradient(vg[k], vy[k], activation, slope));
      gz.size[k] = std::abs(vg[k]);  // a derivative may be the difference of two numbers
      gbeta.add(c, gz[i]);
      ggamma.add(c, gz[i] * (vx[k] - vm[l]) * vr[l]);
    });
    each([&](i64 i, std::size_t k, i64 c, std::size_t l) {
      const double xhat = (vx[k] - vm[l]) * vr[l], a = va[l] * vr[l], r = static_cast<double>(rows);
      gx.add(i, a * (gz[i] - gbeta[c] / r - xhat * ggamma[c] / r));
      gx.size[k] = std::abs(a) * (std::abs(gz[i]) + gbeta.size[l] / r + std::abs(xhat) * ggamma.size[l] / r);
    });
    return {y, gx, gz, gz, ggamma, gbeta, gbeta};
  }
};

template <class T>
void expect_layers_agree() {
  std::size_t count = 0;
  for (const Shape& s : matrices(40)) {
    const Activation one = activations[count++ % activations.size()];
    for (const Activation activation : activations) {
      if (activation != one && s.size() > 300) continue;
      const Layer<T> layer{s[0], s[1], activation};
      expect_all_near([&](Device device) { return layer.run(device); }, layer.expected(),
                      "rows of " + to_string(s) + ", activation " + std::to_string(static_cast<int>(activation)));
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}
TEST_F(Cuda, LayersAgreeFloat) { expect_layers_agree<float>(); }
TEST_F(Cuda, LayersAgreeDouble) { expect_layers_agree<double>(); }

TEST_F(Cuda, BiasGradientAloneNeedsNoOtherResult) {
  for (const Shape& s : {Shape{7, 5}, Shape{3000, 33}}) {
    const Var g = some<float>(s, 1).to(gpu);
    Var bias({s[1]}, gpu), sum({1, s[1]}, gpu);
    kernels<float>(gpu).epilogue_backward(s[0], s[1], g.data(), nullptr, Activation::none, 0, nullptr,
                                   bias.mutable_data());
    kernels<float>(gpu).sum_to(s, {1, s[1]}, g.data(), sum.mutable_data());
    EXPECT_EQ(bias.to_vector(), sum.to_vector());
  }
}

TEST_F(Cuda, NoChannelsAndNoRows) {
  for (const Shape& s : {Shape{5, 0}, Shape{0, 0}, Shape{0, 4}})
    for (const Activation activation : activations) {
      const Tensors<float> found = Layer<float>{s[0], s[1], activation}.run(gpu);
      for (std::size_t i = 4; i < found.size(); ++i)
        EXPECT_EQ(found[i].to_vector(), std::vector<float>(static_cast<std::size_t>(s[1]), 0));
    }
}

TEST_F(Cuda, SumsHaveTheSameBitsEveryTime) {
  for (const Shape& s : {Shape{30000, 3}, Shape{2000, 70}, Shape{50, 40}}) {
    const Layer<float> layer{s[0], s[1], Activation::tanh};
    std::vector<std::vector<std::vector<float>>> runs(3);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      for (const Var& result : layer.run(gpu)) runs[i].push_back(result.to_vector());
      // The emulator turns the order of blocks round from launch to launch: of three runs two differ in it.
      if (i == 1) Var::ones({1}, gpu);
    }
    EXPECT_TRUE(runs[0] == runs[1] && runs[0] == runs[2]) << to_string(s);
  }
}

/// Gradients of ops that sum: of maps that broadcast, of norms. What still lacks a kernel is passed over.
TEST_F(Cuda, GradientsOfOpsAgree) {
  int compared = 0;
  for (const Case& c : cases_of({"arithmetic", "elementwise", "activation", "activation_softmax", "normalize", "pool",
                                 "resample", "loss"})) {
    if (c.inputs.empty()) continue;
    const Tensors<double> x = case_inputs<double>(c, c.inputs);
    const auto gradients = [&](Device device) {
      Tensors<double> there = on(device, x);
      for (Tensor<double>& t : there) t = leaf(t);
      const Tensor<double> y = c.f64(there);
      return grad(y, some<double>(y.shape(), 1).to(device), there);
    };
    const Tensors<double> expected = gradients(cpu);
    Tensors<double> found;
    try {
      found = gradients(gpu);
    } catch (const DeviceError&) { continue; }
    for (std::size_t i = 0; i < found.size(); ++i) expect_close(found[i], expected[i], 200, c.name);
    ++compared;
  }
  EXPECT_GE(compared, 30);
}

/// The kernels that a norm and its gradient take.
std::size_t calls_of_norm(i64 images, i64 groups) {
  const Var x = leaf(some<float>({images, 6, 5, 8}, 1).to(gpu)), one = Var::ones({8}, gpu), zero = Var::zeros({8}, gpu);
  CallTrace trace;
  const TraceScope scope(trace);
  grad(sum(group_norm(x, groups, one, zero)), {x});
  return trace.calls.size();
}
TEST_F(Cuda, NormsTakeAsManyKernelsForAnyBatch) {
  for (const i64 groups : {1, 4, 8}) EXPECT_EQ(calls_of_norm(2, groups), calls_of_norm(30, groups));
}

TEST_F(Cuda, ReductionsCanBeRecorded) {
  const Layer<float> layer{3000, 40, Activation::relu};
  const Var x = layer.x.to(gpu), g = layer.g.to(gpu), y = layer.output.to(gpu);
  Var mean({40}, gpu), variance({40}, gpu), bias({40}, gpu), gz({3000, 40}, gpu), sum({1, 1}, gpu);
  const auto work = [&] {
    const auto& k = kernels<float>(gpu);
    k.norm_statistics({1, 3000, 40, 40}, x.data(), mean.mutable_data(), variance.mutable_data());
    k.epilogue_backward(3000, 40, g.data(), y.data(), Activation::relu, 0, gz.mutable_data(), bias.mutable_data());
    k.sum_to({3000, 40}, {1, 1}, gz.data(), sum.mutable_data());
  };
  const auto results = [&] {
    std::vector<std::vector<float>> all;
    for (Var* v : {&mean, &variance, &bias, &gz, &sum}) all.push_back(v->to_vector());
    return all;
  };
  work();
  const auto expected = results();
  const auto capture = make_capture(gpu);
  capture->begin();
  work();
  const int recording = capture->end();
  for (int i = 0; i < 2; ++i) {
    for (Var* v : {&mean, &variance, &bias, &gz, &sum}) v->copy_from(Var::full(v->shape(), 7));
    capture->replay(recording, {});
    EXPECT_TRUE(results() == expected);
  }
}

}  // namespace
}  // namespace gan
