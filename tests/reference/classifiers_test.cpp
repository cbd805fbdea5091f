// Linear classifiers against scikit-learn (make_classifiers.py).
#include "gan/analysis/linear_svm.hpp"
#include "gan/analysis/logistic.hpp"
#include "reference/reference.hpp"

namespace {

using namespace gan;
using namespace reference;
using D = Tensor<double>;

const File& file() {
  static const File f("classifiers.safetensors");
  return f;
}
std::vector<i64> labels() {
  std::vector<i64> out;
  for (const double v : file()["labels"].values) out.push_back(static_cast<i64>(v));
  return out;
}
D x() { return tensor<double>(file()["x"]); }

void expect(const D& got, const std::string& key, double tolerance) {
  Worst worst;
  expect_close(got, file()[key], tolerance, key, worst);
  std::printf("[ error    ] %s: %.1e relative\n", key.c_str(), worst.error);
}

TEST(Classifiers, LinearSvm) {
  for (const auto& [name, c] : {std::pair{"0.05", 0.05}, {"1", 1.0}, {"20", 20.0}}) {
    const analysis::LinearSvm svm(x(), labels(), 3, {.c = c, .tolerance = 1e-11, .passes = 2'000'000});
    EXPECT_TRUE(svm.converged());
    const std::string key = std::string("svm.") + name;
    const double tolerance = c < 0.1 ? 1e-11 : 1e-7;  // LIBLINEAR's own
    expect(svm.weight(), key + ".weight", tolerance);
    expect(svm.bias(), key + ".bias", tolerance);
    expect(svm.scores(tensor<double>(file()["test"])), key + ".scores", tolerance);
  }
  const analysis::LinearSvm free(x(), labels(), 3, {.bias = false, .tolerance = 1e-11, .passes = 1'000'000});
  expect(free.weight(), "svm.free.weight", 1e-7);
  EXPECT_EQ(free.bias().to_vector(), (std::vector<double>{0, 0, 0}));
}

TEST(Classifiers, LogisticRegression) {
  std::vector<bool> first;
  for (const i64 label : labels()) first.push_back(label == 0);
  for (const auto& [name, c] : {std::pair{"0.05", 0.05}, {"1", 1.0}, {"20", 20.0}}) {
    const analysis::LogisticRegression r(x(), first, {.c = c, .tolerance = 1e-11});
    EXPECT_TRUE(r.converged);
    const std::string key = std::string("logistic.") + name;
    expect(D::from(r.weight, {7}), key + ".weight", 1e-8);
    expect(D::from({r.bias}, {1}), key + ".bias", 1e-8);
  }
}

}  // namespace
