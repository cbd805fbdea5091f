// The CUDA backend against the CPU's. Where no CUDA device can be used the comparisons are skipped, and it is tested
// that asking for one fails cleanly.
#include "support/cuda.hpp"

#include "support/cases.hpp"
#include "gan/backend/kernels.hpp"
#include "gan/ops/linear.hpp"

namespace gan {
namespace {

struct Cube {  // a user's functor
  template <class T>
  GAN_HD T operator()(T x) const {
    return x * x * x;
  }
};
static_assert(CudaMap1<functor::Tanh, float> && CudaMap1<functor::Tanh, double> && CudaMap2<functor::Add, float>);
static_assert(!CudaMap1<functor::Add, float> && !CudaMap1<Cube, float> && !CudaMap2<Cube, double>);

// ---- without a device ---------------------------------------------------------------------------------------------

class NoCuda : public testing::Test {
 protected:
  void SetUp() override {
    if (cuda_device_count() > 0) GTEST_SKIP() << "a CUDA device is here";
  }
};

TEST_F(NoCuda, CountingNeitherThrowsNorFindsAny) {
  EXPECT_NO_THROW(EXPECT_EQ(cuda_device_count(), 0));
  EXPECT_EQ(best_device(), cpu);
}

TEST_F(NoCuda, AskingForADeviceNamesIt) {
  using testing::internal::CaptureStderr, testing::internal::GetCapturedStderr;
  CaptureStderr();
  EXPECT_NE(device_error([] { parse_device("cuda"); }).find("[device] cuda "), std::string::npos);
  EXPECT_NE(device_error([] { Var(Shape{3}, gpu); }).find("cuda:0"), std::string::npos);
  EXPECT_NE(device_error([] { Var::zeros(Shape{3}).to(gpu); }).find("cuda:0"), std::string::npos);
  EXPECT_NE(device_error([] { kernels<float>(gpu); }).find("cuda:0"), std::string::npos);
  EXPECT_NE(device_error([] { kernels<double>(gpu); }).find("cuda:0"), std::string::npos);
  EXPECT_NE(device_error([] { memory_statistics(gpu); }).find("cuda:0"), std::string::npos);
  EXPECT_NE(device_error([] { reset_peak_memory(gpu); }).find("cuda:0"), std::string::npos);
  EXPECT_NE(device_error([] { release_cached_memory(gpu); }).find("cuda:0"), std::string::npos);
  EXPECT_EQ(GetCapturedStderr(), "") << "the library does not print";
}

TEST_F(NoCuda, MapsNameTheDevice) {
  const float x = 1;
  float y = 0;
  EXPECT_NE(device_error([&] { cuda_map(functor::Tanh{}, "tanh", gpu, 1, &x, &y); }).find("cuda:0"), std::string::npos);
  const BroadcastPlan plan(Shape{}, Shape{}, Shape{});
  EXPECT_NE(device_error([&] { cuda_map(functor::Add{}, "add", gpu, plan, &x, &x, &y); }).find("cuda:0"),
            std::string::npos);
}

TEST(UserFunctor, WorksOnTheCpu) { EXPECT_EQ(map(Var::full({2}, 2), Cube{}).to_vector(), (std::vector<float>{8, 8})); }

// ---- with a device ------------------------------------------------------------------------------------------------

TEST_F(Cuda, CopiesRoundTrip) {
  for (const i64 n : {i64{0}, i64{1}, i64{1000}, i64{1} << 20}) {
    const Var x = some<float>({n}, 1), there = x.to(gpu), copied = there.clone();
    EXPECT_EQ(there.device(), gpu);
    EXPECT_EQ(there.to_vector(), x.to_vector());
    EXPECT_EQ(copied.to(cpu).to_vector(), x.to_vector());
  }
  Var x = Var::zeros({5}, gpu);
  x.copy_from(Var::full({5}, 3));
  EXPECT_EQ(x.to_vector(), std::vector<float>(5, 3));
  EXPECT_EQ(Var::scalar(2.5f, gpu).item(), 2.5f);
  EXPECT_THROW(x.values(), DeviceError);
}

TEST_F(Cuda, TheProgramSaysThatItHasTheBackend) { EXPECT_TRUE(has_cuda_backend()); }

TEST_F(Cuda, MemoryIsCounted) {
  const MemoryStatistics before = memory_statistics(gpu);
  reset_peak_memory(gpu);
  { const Var x(Shape{1 << 20}, gpu); }
  const MemoryStatistics after = memory_statistics(gpu);
  EXPECT_EQ(after.live, before.live);
  EXPECT_EQ(after.peak, before.live + (i64{4} << 20));
  EXPECT_GE(after.cached, i64{4} << 20);
  release_cached_memory(gpu);
  const std::string what = device_error([] { Var(Shape{i64{1} << 50}, gpu); });
  EXPECT_NE(what.find("4503599627370496 bytes"), std::string::npos) << what;
  EXPECT_EQ(Var::ones({2}, gpu).to_vector(), std::vector<float>(2, 1)) << "the device works on";
}

template <class T>
void expect_cases_agree(std::function<Tensor<T>(const Tensors<T>&)> Case::*f) {
  const NoGrad off;
  for (const Case& c : cases_of({"arithmetic", "elementwise", "activation", "activation_softmax"})) {
    for (const auto* shapes : {&c.inputs, &c.large}) {
      if (shapes->empty()) continue;
      const Tensors<T> x = case_inputs<T>(c, *shapes);
      expect_close((c.*f)(on(gpu, x)), (c.*f)(x), 32, c.name);
    }
  }
}
TEST_F(Cuda, ElementwiseOpsAgreeFloat) { expect_cases_agree(&Case::f32); }
TEST_F(Cuda, ElementwiseOpsAgreeDouble) { expect_cases_agree(&Case::f64); }

template <class T>
void expect_functors_agree() {
  const Tensor<T> a = some<T>({70, 90}, 1), b = some<T>({70, 90}, 2), column = some<T>({70, 1}, 3);
  auto one = [&](auto f, const char* name) { expect_close(map(a.to(gpu), f), map(a, f), 16, name); };
  auto two = [&](auto f, const char* name) {
    for (const Tensor<T>* right : {&b, &column, &a}) {
      expect_close(map(a.to(gpu), right->to(gpu), f, name), map(a, *right, f, name), 16, name);
      expect_close(map(right->to(gpu), a.to(gpu), f, name), map(*right, a, f, name), 16, name);
    }
  };
  one(functor::Sign{}, "sign");
  one(functor::Inside{-0.5, 0.5}, "inside");
  two(functor::GreaterEqual{}, "greater_equal");
  two(functor::LeakyReluGradient{0.2}, "leaky_relu_gradient");
  two(functor::TanhGradient{}, "tanh_gradient");
  two(functor::SigmoidGradient{}, "sigmoid_gradient");
}
TEST_F(Cuda, FunctorsOfBackwardsAgreeFloat) { expect_functors_agree<float>(); }
TEST_F(Cuda, FunctorsOfBackwardsAgreeDouble) { expect_functors_agree<double>(); }

TEST_F(Cuda, BroadcastsOverManyAxes) {
  const Var a = some<float>({3, 1, 5, 1, 7}, 1), b = some<float>({4, 1, 6, 1}, 2), none = Var(Shape{0, 7});
  expect_close(a.to(gpu) * b.to(gpu), a * b, 0, "five axes");
  expect_close(none.to(gpu) + Var::ones({7}, gpu), none, 0, "no element");
}

template <class T>
void expect_same_bits() {
  for (const i64 n : {i64{1}, i64{2}, i64{3}, i64{4}, i64{1001}, i64{3000000}}) {
    auto all = [n](Device device) {
      Rng rng{11, 12, 1ull << 40};
      std::vector<std::vector<T>> values;
      values.push_back(rand<T>({n}, rng, -0.3, 1.7, device).to_vector());
      values.push_back(randn<T>({n}, rng, device).to_vector());
      values.push_back(dropout(Tensor<T>::ones({n}, device), 0.3, rng).to_vector());
      Tensor<T> y({n}, device);
      kernels<T>(device).fill_normal(n, rng, T(0.1), T(0.7), y.mutable_data());
      values.push_back(y.to_vector());
      return values;
    };
    EXPECT_TRUE(all(gpu) == all(cpu)) << n;
  }
}
TEST_F(Cuda, RandomBitsAreTheCpusFloat) { expect_same_bits<float>(); }
TEST_F(Cuda, RandomBitsAreTheCpusDouble) { expect_same_bits<double>(); }

template <class T>
void expect_optimizers_agree() {
  const i64 n = 10007;
  const Tensor<T> g = some<T>({n}, 1);
  for (const double momentum : {0.0, 0.9})
    for (const bool nesterov : {false, true})
      for (const bool first : {false, true}) {
        auto step = [&](Device device) {
          Tensor<T> w = some<T>({n}, 2).to(device).clone(), v = some<T>({n}, 3).to(device).clone();
          const Tensor<T> gradient = g.to(device);
          const UpdateArrays<T> arrays{n, gradient.data(), w.mutable_data(), {v.mutable_data()}};
          kernels<T>(device).sgd({0.1, momentum, 0.2, 0.01, nesterov, first}, {&arrays, 1});
          return Tensors<T>{w, v};
        };
        const Tensors<T> found = step(gpu), expected = step(cpu);
        for (std::size_t i = 0; i < 2; ++i) expect_close(found[i], expected[i], 8, "sgd");
      }
  for (const double momentum : {0.0, 0.9})
    for (const bool centered : {false, true}) {
      auto step = [&](Device device) {
        Tensor<T> w = some<T>({n}, 2).to(device).clone(), s = some<T>({n}, 4, 2, 3).to(device).clone();
        Tensor<T> a = some<T>({n}, 3).to(device).clone(), v = some<T>({n}, 5).to(device).clone();
        const Tensor<T> gradient = g.to(device);
        const UpdateArrays<T> arrays{
            n, gradient.data(), w.mutable_data(), {s.mutable_data(), a.mutable_data(), v.mutable_data()}};
        kernels<T>(device).rms_prop({0.1, 0.9, 1e-8, 0.01, momentum, centered}, {&arrays, 1});
        return Tensors<T>{w, s, a, v};
      };
      const Tensors<T> found = step(gpu), expected = step(cpu);
      for (std::size_t i = 0; i < 4; ++i) expect_close(found[i], expected[i], 8, "rms_prop");
    }
  auto step = [&](Device device) {
    Tensor<T> w = some<T>({n}, 2).to(device).clone(), m = some<T>({n}, 3).to(device).clone();
    Tensor<T> v = some<T>({n}, 4, 0.1, 1).to(device).clone(), sum = some<T>({n}, 5).to(device).clone();
    const auto& kernel = kernels<T>(device);
    const Tensor<T> gradient = g.to(device);
    const UpdateArrays<T> arrays{n, gradient.data(), w.mutable_data(), {m.mutable_data(), v.mutable_data()}};
    kernel.adam({2e-3, 0.5, 0.999, 1e-8, 0.01, 0.5, 0.001}, {&arrays, 1});
    kernel.accumulate(n, gradient.data(), sum.mutable_data());
    Tensor<T> average = sum.clone();
    const UpdateArrays<T> towards{n, gradient.data(), average.mutable_data(), {}};
    kernel.lerp({0.9}, {&towards, 1});
    return Tensors<T>{w, m, v, sum, average};
  };
  const Tensors<T> found = step(gpu), expected = step(cpu);
  for (std::size_t i = 0; i < 5; ++i) expect_close(found[i], expected[i], 8, "adam, accumulate and lerp");
}
TEST_F(Cuda, OptimizersAgreeFloat) { expect_optimizers_agree<float>(); }
TEST_F(Cuda, OptimizersAgreeDouble) { expect_optimizers_agree<double>(); }

template <class T>
void expect_products_agree() {
  const NoGrad off;
  const MathScope full(MathMode::fp32);
  for (const Shape s : {Shape{1, 1, 1}, Shape{5, 7, 3}, Shape{64, 100, 129}, Shape{3, 4, 0}})  // m, n, k
    for (const bool ta : {false, true})
      for (const bool tb : {false, true}) {
        const Tensor<T> a = some<T>(ta ? Shape{s[2], s[0]} : Shape{s[0], s[2]}, 1);
        const Tensor<T> b = some<T>(tb ? Shape{s[1], s[2]} : Shape{s[2], s[1]}, 2);
        expect_close(matmul(a.to(gpu), b.to(gpu), {ta, tb}), matmul(a, b, {ta, tb}), 200, "matmul " + to_string(s));
      }
  const Tensor<T> x = some<T>({33, 20}, 1), w = some<T>({17, 20}, 2), bias = some<T>({17}, 3);
  for (const Activation activation : all_activations()) {
    const FusedActivation e{activation, 0.2};
    expect_close(linear(x.to(gpu), w.to(gpu), bias.to(gpu), e), linear(x, w, bias, e), 200, "linear");
    expect_close(linear(x.to(gpu), w.to(gpu), {}, e), linear(x, w, {}, e), 200, "linear without bias");
  }
}
TEST_F(Cuda, ProductsAgreeFloat) { expect_products_agree<float>(); }
TEST_F(Cuda, ProductsAgreeDouble) { expect_products_agree<double>(); }

TEST_F(Cuda, ProductsRoundFactorsAsTheModeSays) {
  const NoGrad off;
  const Var a = some<float>({40, 300}, 1), b = some<float>({300, 50}, 2);
  const std::vector<float> exact = matmul(a, b).to_vector();
  double norm = 0;
  for (const float x : exact) norm += double(x) * double(x);
  const auto error = [&](MathMode mode) {
    const MathScope scope(mode);
    const std::vector<float> found = matmul(a.to(gpu), b.to(gpu)).to_vector();
    double sum = 0;
    for (std::size_t i = 0; i < found.size(); ++i) sum += std::pow(double(found[i]) - double(exact[i]), 2);
    return std::sqrt(sum / norm);
  };
  // Factors of p bits are off by up to 2^-p; the errors of a sum's terms are as if random.
  EXPECT_LT(error(MathMode::fp32), 1e-6);
  EXPECT_LT(error(MathMode::tf32), 1e-3);
  EXPECT_LT(error(MathMode::bf16), 5e-3);
}

TEST_F(Cuda, OutOfMemoryListsTheLargestTensors) {
  const Var x = leaf(Var::ones({64, 1000}, gpu)), y = exp(x), other = exp(x);
  try {
    const Var never(Shape{i64{1} << 50}, gpu);
    FAIL() << "there was memory";
  } catch (const OutOfMemory& e) {
    const std::string what = e.what();
    EXPECT_NE(what.find("2 x exp (64, 1000) of 256000 bytes"), std::string::npos) << what;
    EXPECT_EQ(what.find("(1125899906842624)"), std::string::npos) << "what was not made is listed: " << what;
  }
  EXPECT_EQ((x + 1.0).to_vector(), std::vector<float>(64000, 2)) << "the device works on";
}

TEST_F(Cuda, WhatDoesNotFitSaysSo) {
  const Var x = Var::ones({1, 4, 4, 1}, gpu);
  EXPECT_EQ(device_error([&] { map(x, Cube{}); }),
            "[map] this functor is not available on cuda:0: it has no GAN_MAP line in the library; use the cpu");
  EXPECT_EQ(device_error([&] { add(x, Var::ones({1})); }),
            "[add] the operands are on cuda:0 and cpu; move one with to()");
  const Var rows = Var::ones({2, 3}, gpu), weight = Var::ones({4, 3}), filter = Var::ones({1, 3, 3, 1});
  EXPECT_EQ(device_error([&] { linear(rows, weight); }),
            "[linear] the operands are on cuda:0 and cpu; move one with to()");
  EXPECT_EQ(device_error([&] { linear(weight, weight, Var::ones({4}, gpu)); }),
            "[linear] the operands are on cpu and cuda:0; move one with to()");
  EXPECT_EQ(device_error([&] { matmul(rows, weight, {false, true}); }),
            "[matmul] the operands are on cuda:0 and cpu; move one with to()");
  EXPECT_EQ(device_error([&] { conv2d(x, filter); }),
            "[conv2d] the operands are on cuda:0 and cpu; move one with to()");
  EXPECT_EQ(device_error([&] { conv2d_transpose(x, filter); }),
            "[conv2d_transpose] the operands are on cuda:0 and cpu; move one with to()");
}

}  // namespace
}  // namespace gan
