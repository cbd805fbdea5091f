// CUDA's optimizers over lists of arrays: against the CPU's, and one list against its arrays one by one.
#include "support/cuda.hpp"

#include "gan/backend/capture.hpp"
#include "gan/backend/kernels.hpp"

namespace gan {
namespace {

/// Gradients, weights and three states of several sizes.
template <class T>
struct Parameters {
  std::vector<Tensor<T>> g, w, state[3];
  Parameters(const std::vector<i64>& sizes, Device device) {
    u64 stream = 0;
    for (const i64 n : sizes) {
      g.push_back(some<T>({n}, ++stream).to(device).clone());
      w.push_back(some<T>({n}, ++stream).to(device).clone());
      state[0].push_back(some<T>({n}, ++stream, 2, 3).to(device).clone());  // RMSProp: larger than the average's square
      state[1].push_back(some<T>({n}, ++stream, 0.5, 1).to(device).clone());
      state[2].push_back(some<T>({n}, ++stream).to(device).clone());
    }
  }
  std::vector<UpdateArrays<T>> arrays() {
    std::vector<UpdateArrays<T>> all;
    for (std::size_t i = 0; i < g.size(); ++i)
      all.push_back({g[i].size(), g[i].data(), w[i].mutable_data(),
                     {state[0][i].mutable_data(), state[1][i].mutable_data(), state[2][i].mutable_data()}});
    return all;
  }
  Tensors<T> results() const {
    Tensors<T> all = w;
    for (const auto& s : state) all.insert(all.end(), s.begin(), s.end());
    return all;
  }
};

template <class T>
struct Rule {
  std::string name;
  std::function<void(const Kernels<T>&, std::span<const UpdateArrays<T>>)> run;
};
template <class T>
std::vector<Rule<T>> rules() {
  std::vector<Rule<T>> all = {
      {"adam", [](auto& k, auto a) { k.adam({2e-3, 0.5, 0.999, 1e-8, 0.01, 0.5, 0.001}, a); }},
      {"lerp", [](auto& k, auto a) { k.lerp({0.9}, a); }}};
  for (const double momentum : {0.0, 0.9})
    for (const bool flag : {false, true})
      for (const bool first : {false, true}) {
        all.push_back({"sgd", [=](auto& k, auto a) { k.sgd({0.1, momentum, 0.2, 0.01, flag, first}, a); }});
        if (!first)
          all.push_back({"rms_prop", [=](auto& k, auto a) {
                           k.rms_prop({0.1, 0.9, 1e-8, 0.01, momentum, flag}, a);
                         }});
      }
  return all;
}

/// Sizes around those of a chunk (2048) and its threads (256).
const std::vector<i64> odd_sizes = {0, 1, 255, 256, 257, 2047, 2048, 2049, 0, 5001, 3, 0};
/// More arrays than the 64 of a launch, at several places of the full table; empty ones at both ends and between.
std::vector<i64> many_sizes(int n) {
  std::vector<i64> sizes;
  for (int i = 0; i < n; ++i) sizes.push_back(i % 7 == 0 ? 0 : 1 + i * 13 % 97);
  return sizes;
}

template <class T>
void expect_lists_agree() {
  for (const auto& sizes : {odd_sizes, many_sizes(3), many_sizes(80), std::vector<i64>{}, std::vector<i64>{0, 0}})
    for (const Rule<T>& rule : rules<T>()) {
      Parameters<T> found(sizes, gpu), expected(sizes, cpu), single(sizes, gpu);
      rule.run(kernels<T>(gpu), found.arrays());
      rule.run(kernels<T>(cpu), expected.arrays());
      const auto f = found.results(), e = expected.results();
      for (std::size_t i = 0; i < f.size(); ++i)
        expect_close(f[i], e[i], 8, rule.name + ", array " + std::to_string(i));
      for (const UpdateArrays<T>& a : single.arrays()) rule.run(kernels<T>(gpu), {&a, 1});
      const auto s = single.results();
      for (std::size_t i = 0; i < s.size(); ++i) EXPECT_EQ(f[i].to_vector(), s[i].to_vector()) << rule.name;
      if (testing::Test::HasFailure()) return;
    }
}
TEST_F(Cuda, ListsOfParametersAgreeFloat) { expect_lists_agree<float>(); }
TEST_F(Cuda, ListsOfParametersAgreeDouble) { expect_lists_agree<double>(); }

TEST_F(Cuda, TableOfALaunchIsFilledExactly) {
  for (const i64 n : {63, 64, 65, 128, 129}) {
    const std::vector<i64> sizes(static_cast<std::size_t>(n), 5);
    Parameters<float> found(sizes, gpu), expected(sizes, cpu);
    kernels<float>(gpu).lerp({0.5}, found.arrays());
    kernels<float>(cpu).lerp({0.5}, expected.arrays());
    for (std::size_t i = 0; i < found.w.size(); ++i) expect_close(found.w[i], expected.w[i], 8, "lerp");
  }
}

/// A recording asks for one value for each list, however many launches that takes, and replays with new ones.
TEST_F(Cuda, RecordedStepsTakeNewConstants) {
  const auto adam = [](double rate) { return AdamStep{rate, 0.5, 0.999, 1e-8, 0.01, 0.5, 0.001}; };
  const auto sgd = [](double rate, bool first) { return SgdStep{rate, 0.9, 0.2, 0.01, true, first}; };
  const auto rms_prop = [](double rate) { return RmsPropStep{rate, 0.9, 1e-8, 0.01, 0.9, true}; };
  const std::vector<i64> sizes = many_sizes(150);
  Parameters<float> found(sizes, gpu), expected(sizes, gpu);
  const auto arrays = found.arrays(), others = expected.arrays();
  const auto& k = kernels<float>(gpu);
  const auto capture = make_capture(gpu);
  capture->begin();
  k.adam(adam(5), arrays);
  k.adam(adam(5), {});  // a list without arrays has a value, too
  k.sgd(sgd(5, true), arrays);
  k.rms_prop(rms_prop(5), arrays);
  k.lerp({0.1}, arrays);
  const int recording = capture->end();
  for (const double rate : {1e-2, 1e-3}) {
    const LerpStep keep{1 - rate};
    const GraphArgument values[] = {adam(rate), adam(rate), sgd(rate, false), rms_prop(rate), keep};
    capture->replay(recording, values);
    k.adam(adam(rate), others);
    k.sgd(sgd(rate, false), others);
    k.rms_prop(rms_prop(rate), others);
    k.lerp(keep, others);
    const auto f = found.results(), e = expected.results();
    for (std::size_t i = 0; i < f.size(); ++i) ASSERT_EQ(f[i].to_vector(), e[i].to_vector()) << "array " << i;
  }
}

}  // namespace
}  // namespace gan
